import { InvalidDataError } from '../errors.ts'

type Options = {
  readonly source: string
  /** Where the last whole record of `bytes` ends; 0 where none does. `bytes` begin with a record. */
  readonly lastRecordEnd: (bytes: Uint8Array) => number
  /** Bytes that are handed on in one piece, about. */
  readonly blockBytes: number
  /** A record of more bytes ends the reading. */
  readonly maxRecordBytes: number
}

const NEWLINE = 0x0a

/**
 * Hands on whole records as soon as they are there, where `cutBlocks` waits for a full block: for bodies that somebody is still sending.
 * Every block ends with a line break. Holds a block and the beginning of one record.
 */
export async function* arrivingRecords(
  chunks: AsyncIterable<Uint8Array>,
  { source, lastRecordEnd, blockBytes, maxRecordBytes }: Options,
): AsyncGenerator<Uint8Array> {
  let begun = new Uint8Array()
  // a record with line breaks in quotes is looked through again when it has doubled, not at each of its pieces
  let lookAgainAt = 0
  for await (const chunk of chunks)
    for (let at = 0; at < chunk.length; at += blockBytes) {
      const piece = chunk.subarray(at, at + blockBytes)
      begun = joined(begun, piece)
      if (begun.length < lookAgainAt || !piece.includes(NEWLINE)) {
        if (begun.length > maxRecordBytes) throw tooLong(source, maxRecordBytes)
        continue
      }
      const end = lastRecordEnd(begun)
      lookAgainAt = end === 0 ? begun.length * 2 : 0
      if (end === 0) continue
      yield begun.subarray(0, end)
      begun = begun.slice(end)
    }
  if (begun.length > 0) yield joined(begun, new Uint8Array([NEWLINE]))
}

export function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}

function tooLong(source: string, limit: number): InvalidDataError {
  return new InvalidDataError(
    { source },
    `a row has more than ${limit} bytes, which is the limit; is there a quote that is never closed?`,
  )
}
