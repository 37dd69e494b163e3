/** The time. */
export type Clock = {
  /** Milliseconds since 1970, may jump. */
  now(): number
  /** Milliseconds since some moment, never goes back: for durations. */
  monotonic(): number
}
