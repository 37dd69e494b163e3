import { InvalidDataError } from '../errors.ts'

type CutOptions = {
  readonly source: string
  /** Where the last whole record of `bytes` ends; 0 where none does. `bytes` begin with a record. */
  readonly lastRecordEnd: (bytes: Uint8Array) => number
  readonly blockBytes: number
  /** A record of more bytes ends the reading. */
  readonly maxRecordBytes: number
}

const NEWLINE = 0x0a

/**
 * Cuts a stream into blocks of whole records of about `blockBytes`, each in a buffer of its own; every one ends with a line break. Where a
 * block ends depends on where it began and on the bytes alone, not on the chunks: a job that goes on at a block's end makes the same blocks.
 */
export async function* cutBlocks(
  chunks: AsyncIterable<Uint8Array>,
  { source, lastRecordEnd, blockBytes, maxRecordBytes }: CutOptions,
): AsyncGenerator<Uint8Array> {
  let buffer = new Uint8Array(blockBytes)
  let length = 0
  let passed = 0

  for await (const chunk of chunks) {
    const queue = [chunk]
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const taken = Math.min(buffer.length - length, next.length)
      buffer.set(taken === next.length ? next : next.subarray(0, taken), length)
      length += taken
      if (taken < next.length) queue.unshift(next.subarray(taken))
      if (length < buffer.length) continue
      const end = lastRecordEnd(buffer)
      if (end === 0) {
        if (length >= maxRecordBytes) throw tooLong(source, passed, maxRecordBytes)
        buffer = grown(buffer, Math.min(maxRecordBytes, length * 2))
        continue
      }
      const rest = buffer.subarray(end)
      const block = buffer.subarray(0, end)
      buffer = new Uint8Array(blockBytes)
      length = 0
      passed += end
      // copied: the block's buffer goes with it
      if (rest.length > 0) queue.unshift(rest.slice())
      yield block
    }
  }
  if (length === 0) return
  const ended = buffer[length - 1] === NEWLINE
  const last = ended ? buffer.subarray(0, length) : grown(buffer.subarray(0, length), length + 1)
  if (!ended) last[length] = NEWLINE
  yield last
}

function grown(buffer: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(length)
  larger.set(buffer)
  return larger
}

function tooLong(source: string, offset: number, limit: number): InvalidDataError {
  return new InvalidDataError(
    { source },
    `the record that begins near byte ${offset} has more than ${limit} bytes, which is the limit; is there a quote that is never closed?`,
  )
}
