/** How much the scoring threads of a process are used, those of all its models together. */
export type ThreadUse = {
  available: number
  /** Milliseconds that graphs have run in them so far. */
  busyMs: number
}
