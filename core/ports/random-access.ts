/** Bytes that are read from any place: a file, an object in S3. */
export type RandomAccess = {
  /** For people, in messages. */
  readonly name: string
  readonly byteLength: number
  /** The bytes from `start` up to `end`, or to the last one. */
  slice(start: number, end?: number): Promise<ArrayBuffer>
  /** Rejects with `invalid_data` where what was read is no longer what is there. */
  assertUnchanged(): Promise<void>
  close(): Promise<void>
}
