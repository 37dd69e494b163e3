import type { DeadLetters, Judge, ProcessDeliveries, Queue, ResultSink, ResultStore } from '@scaling-mlops/core'
import { HttpError } from './http-error.ts'

/** What the stream routes open onto. */
export type StreamDoor = {
  /** Absent where records come only through `/worker`. */
  readonly queue?: Pick<Queue, 'send' | 'has'> | undefined
  readonly results: ResultSink & Partial<Pick<ResultStore, 'find' | 'list'>>
  readonly deadLetters: DeadLetters
  readonly judge: Judge
  readonly process: ProcessDeliveries
}

export function notConfigured(what: string): HttpError {
  return new HttpError('not_configured', what)
}

/** The door, or what to set so that there is one. */
export function requireDoor(door: StreamDoor | undefined): StreamDoor {
  if (door === undefined)
    throw notConfigured('streams need a place: set DATA_DIR to a writable folder, or QUEUE_URL to a queue in SQS')
  return door
}

export function requireQueue(door: StreamDoor): NonNullable<StreamDoor['queue']> {
  if (door.queue === undefined)
    throw notConfigured(
      'there is no queue to send to: set DATA_DIR to a writable folder, or QUEUE_URL to a queue in SQS',
    )
  return door.queue
}
