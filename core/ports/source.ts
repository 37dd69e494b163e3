/** Bytes that are read from front to back: a file, an object in S3, a pipe, the body of a request. */
export type Source = {
  /** For people, in messages. */
  readonly name: string
  /** Bytes in all, where that is known before reading. */
  readonly size: number | undefined
  /** The bytes in order, in chunks of any length; the next chunk is fetched when it is asked for, and perhaps one ahead. A chunk is good until then. */
  read(): AsyncIterable<Uint8Array>
  /** Rejects with `invalid_data` where what was read is no longer what is there. */
  assertUnchanged(): Promise<void>
}
