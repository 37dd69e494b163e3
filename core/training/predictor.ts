/** A trained model in the trainer's own arithmetic: what its graph must answer. */
export type Predictor = {
  /** Numbers per row: one probability (binary), one per class (multiclass), or the value (regression). */
  readonly outputs: number
  /** Scores one encoded row from `offset` on, and writes its outputs. */
  score(encoded: ArrayLike<number>, offset: number, into: Float64Array): void
}
