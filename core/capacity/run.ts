/** What a day under a policy was like. */
export type Run = {
  readonly seconds: number
  readonly requests: number
  readonly rejected: number
  /** Answered, but later than the target. */
  readonly late: number
  /** The share of all requests that was answered within the target. */
  readonly kept: number
  readonly latencyMilliseconds: {
    readonly mean: number
    readonly p50: number
    readonly p99: number
    readonly p999: number
  }
  readonly wait: { readonly meanMilliseconds: number; readonly share: number }
  readonly instances: { readonly least: number; readonly most: number; readonly mean: number }
  readonly instanceHours: number
  /** Busy slot time ÷ slot time in service, in percent. */
  readonly utilisation: number
  readonly scalings: readonly Resizing[]
  readonly samples: readonly Sample[]
  /** Whether `stopWhen` ended it early; all figures are those up to there. */
  readonly stopped: boolean
}

export type Resizing = { readonly at: number; readonly from: number; readonly to: number }

/** What the run looked like over the last sampling interval. */
export type Sample = {
  /** Seconds from the start, the interval's end. */
  readonly at: number
  readonly rate: number
  readonly serving: number
  readonly capacity: number
  readonly utilisation: number
  readonly p99Milliseconds: number
  readonly rejectedRate: number
}
