import type { Jobs } from '@scaling-mlops/core/jobs'
import { HttpError } from './http-error.ts'

/** What the routes of jobs open onto. */
export type JobDoor = {
  readonly jobs: Jobs
  readonly files: {
    /** Keeps a file as it arrives and answers its bytes; rejects with what the stream rejects with, and then leaves nothing. */
    receive(id: string, chunks: AsyncIterable<Uint8Array>): Promise<number>
    discard(id: string): Promise<void>
    open(id: string, output: 'result' | 'errors'): Promise<JobOutputFile | undefined>
  }
}

export type JobOutputFile = {
  readonly size: number
  /** Bytes from the first to the last of these. */
  read(first: number, last: number): ReadableStream<Uint8Array>
}

/** The door, or what to set so that there is one. */
export function requireJobDoor(door: JobDoor | undefined): JobDoor {
  if (door !== undefined) return door
  throw new HttpError(
    'not_configured',
    'files are scored in the background where a server goes on running and has a place to keep them: set DATA_DIR to a writable folder',
  )
}
