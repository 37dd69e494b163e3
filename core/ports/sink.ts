/** Takes bytes in order and makes them one whole: nobody sees the target before `commit`. */
export type Sink = {
  /** Takes more bytes; resolves when there is room for the next, and these are the caller's again. */
  write(bytes: Uint8Array): Promise<void>
  /** Resolves once all bytes taken so far would survive a crash, where the target can promise that. */
  flush(): Promise<void>
  /** Makes the target be there, in whole. */
  commit(): Promise<void>
  /** Lets go of what is held; the target stays as it was. */
  close(): Promise<void>
}
