import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { InvalidDataError, type Source } from '@scaling-mlops/core'
import { compressionOf, decompress } from './compression.ts'

export type FileSource = Source & {
  /** Bytes read so far, of the file as it lies there: against `size`, how far the reading is. */
  readonly bytesRead: number
}

/** A file, unpacked by its ending (.gz, .zst); `name` is what messages call it. Rejects with `invalid_data` where it is not there or not a file. */
export async function openFileSource(path: string, name = path): Promise<FileSource> {
  const before = await stat(path).catch(cause => {
    throw unreadable(name, cause)
  })
  if (before.isDirectory()) throw new InvalidDataError({ source: name }, 'this is a folder, not a file')
  let stream: ReturnType<typeof createReadStream> | undefined
  return {
    name,
    size: before.isFile() ? before.size : undefined,
    get bytesRead() {
      return stream?.bytesRead ?? 0
    },
    async *read() {
      stream = createReadStream(path, { highWaterMark: 1 << 18 })
      try {
        yield* decompress(stream, compressionOf(path), name)
      } catch (cause) {
        throw cause instanceof InvalidDataError ? cause : unreadable(name, cause)
      }
    },
    async assertUnchanged() {
      const after = await stat(path).catch(cause => {
        throw unreadable(name, cause)
      })
      if (
        before.isFile() &&
        (after.size !== before.size || after.mtimeMs !== before.mtimeMs || after.ino !== before.ino)
      )
        throw new InvalidDataError({ source: name }, 'the file was changed while it was read; run again')
    },
  }
}

/** A pipe: what another program writes to this one. */
export function openStreamSource(stream: Readable, name: string): Source {
  return { name, size: undefined, read: () => decompress(stream, 'none', name), async assertUnchanged() {} }
}

function unreadable(path: string, cause: unknown): unknown {
  const { code } = cause as NodeJS.ErrnoException
  const known: Record<string, string> = {
    ENOENT: 'the file does not exist, or no longer',
    EISDIR: 'this is a folder, not a file',
    EACCES: 'permission denied',
    EIO: 'the disk cannot read it',
  }
  const reason = known[code ?? '']
  return reason === undefined ? cause : new InvalidDataError({ source: path }, reason)
}
