import { type Interval, quantile, wilsonInterval } from './intervals.ts'
import type { Ranked } from './ranked.ts'

/** Rows of similar score: what was said on average beside what happened. */
export type CalibrationBin = {
  readonly predicted: number
  readonly observed: number
  readonly rows: number
  /** Wilson interval of `observed`. */
  readonly interval: Interval
}

/** Bins at the deciles of the score, scikit-learn's `calibration_curve(strategy="quantile")`; tied scores can leave fewer bins. */
export function calibrationBins({ scores, labels }: Ranked, bins = 10): CalibrationBin[] {
  const ascending = scores.toReversed()
  // the detour over percent is NumPy's: an edge that falls on a score decides by its last bit on which side that score goes
  const edges = Array.from({ length: bins - 1 }, (_, index) =>
    quantile(ascending, ((index + 1) * (1 / bins) * 100) / 100),
  )
  const sums = Array.from({ length: bins }, () => ({ score: 0, positives: 0, rows: 0 }))
  let bin = bins - 1
  for (let row = 0; row < scores.length; row++) {
    const score = scores[row] as number
    while (bin > 0 && score <= (edges[bin - 1] as number)) bin--
    const sum = sums[bin] as { score: number; positives: number; rows: number }
    sum.score += score
    sum.positives += labels[row] as number
    sum.rows++
  }
  return sums
    .filter(({ rows }) => rows > 0)
    .map(({ score, positives, rows }) => ({
      predicted: score / rows,
      observed: positives / rows,
      rows,
      interval: wilsonInterval(positives, rows),
    }))
}

/** Mean distance between what was said and what happened, over the rows of the bins. */
export function expectedCalibrationError(bins: readonly CalibrationBin[]): number {
  const rows = bins.reduce((sum, bin) => sum + bin.rows, 0)
  return bins.reduce((sum, bin) => sum + Math.abs(bin.predicted - bin.observed) * bin.rows, 0) / rows
}
