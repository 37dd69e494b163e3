/** Where lines are kept. */
export type LineSink = {
  /** How often it wants lines, in milliseconds. */
  readonly intervalMs: number
  /** Keeps whole lines, each with its line feed, or rejects; lines of several writers do not mix. */
  write(lines: string): Promise<void>
  close(): void
}
