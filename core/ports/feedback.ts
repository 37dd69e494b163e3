/** What somebody said of a prediction, as it is kept. */
export type Feedback = {
  readonly id: string
  readonly model: string
  readonly version: number
  /** Milliseconds since 1970. */
  readonly at: number
  /** As it was sent: row, answer, requestId, verdict, outcome, comment. */
  readonly said: Readonly<Record<string, unknown>>
}

/** Feedback of all models, in the order it came. */
export type FeedbackStore = {
  /** On the disk when this resolves. */
  add(feedback: Feedback): Promise<void>
  /** Up to `limit` entries of a model after a cursor (0: from the first), each with its own. */
  list(model: string, after: number, limit: number): Promise<readonly (Feedback & { readonly cursor: number })[]>
}
