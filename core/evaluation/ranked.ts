/**
 * Rows of a two-class test from the highest score to the lowest. Every metric and curve of a binary model is one walk over them;
 * what came in which order before is gone, so no figure can depend on it.
 */
export type Ranked = {
  /** Descending. */
  readonly scores: Float64Array
  /** 1 where the row is of the positive class. */
  readonly labels: Uint8Array
  readonly positives: number
  readonly negatives: number
}

/** Ranks scores by two native sorts, one a class, and a merge: an order sorted by a comparator takes five times as long. */
export function rankScores(labels: ArrayLike<number>, scores: ArrayLike<number>): Ranked {
  const rows = labels.length
  let positives = 0
  for (let row = 0; row < rows; row++) if (labels[row] === 1) positives++
  const high = new Float64Array(positives)
  const low = new Float64Array(rows - positives)
  let atHigh = 0
  let atLow = 0
  for (let row = 0; row < rows; row++) {
    if (labels[row] === 1) high[atHigh++] = scores[row] as number
    else low[atLow++] = scores[row] as number
  }
  high.sort()
  low.sort()

  const ranked = {
    scores: new Float64Array(rows),
    labels: new Uint8Array(rows),
    positives,
    negatives: rows - positives,
  }
  for (let row = 0; row < rows; row++) {
    const takeHigh = atLow === 0 || (atHigh > 0 && (high[atHigh - 1] as number) >= (low[atLow - 1] as number))
    ranked.labels[row] = takeHigh ? 1 : 0
    ranked.scores[row] = (takeHigh ? high[--atHigh] : low[--atLow]) as number
  }
  return ranked
}

/** What lies at or above each distinct score, highest first: tied rows are one step, since no threshold can part them. */
export type Step = { readonly threshold: number; readonly truePositives: number; readonly falsePositives: number }

export function stepsOf(ranked: Ranked): Step[] {
  const steps: Step[] = []
  let truePositives = 0
  for (let row = 0; row < ranked.scores.length; row++) {
    truePositives += ranked.labels[row] as number
    const threshold = ranked.scores[row] as number
    if (threshold === ranked.scores[row + 1]) continue
    steps.push({ threshold, truePositives, falsePositives: row + 1 - truePositives })
  }
  return steps
}
