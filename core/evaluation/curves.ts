import { type Confusion, confusionsAt } from './confusion.ts'
import { type Ranked, stepsOf } from './ranked.ts'
import { simplify } from './simplify.ts'

/** [false positive rate, true positive rate, threshold]; the first point is (0, 0) with threshold 1 or the highest score above it. */
export type RocPoint = readonly [falsePositiveRate: number, truePositiveRate: number, threshold: number]

/** From nothing predicted positive to everything, at most 400 points; none for rows of one class. */
export function rocCurve(ranked: Ranked): RocPoint[] {
  if (ranked.positives === 0 || ranked.negatives === 0) return []
  const start: RocPoint = [0, 0, Math.max(1, ranked.scores[0] ?? 1)]
  const points = stepsOf(ranked).map(
    (step): RocPoint => [step.falsePositives / ranked.negatives, step.truePositives / ranked.positives, step.threshold],
  )
  return simplify([start, ...points])
}

/** [recall, precision, threshold]. */
export type PrecisionRecallPoint = readonly [recall: number, precision: number, threshold: number]

/** From the highest score down, at most 400 points; none without positive rows. */
export function precisionRecallCurve(ranked: Ranked): PrecisionRecallPoint[] {
  if (ranked.positives === 0) return []
  return simplify(
    stepsOf(ranked).map((step): PrecisionRecallPoint => {
      const predicted = step.truePositives + step.falsePositives
      return [step.truePositives / ranked.positives, step.truePositives / predicted, step.threshold]
    }),
  )
}

export type ThresholdPoint = { readonly threshold: number } & Confusion

/** The confusion table at 0.00, 0.01, … 1.00: what a slider over the threshold needs. */
export function thresholdCurve(ranked: Ranked): ThresholdPoint[] {
  const thresholds = Array.from({ length: 101 }, (_, percent) => percent / 100)
  return confusionsAt(ranked, thresholds).map((table, index) => ({ threshold: index / 100, ...table }))
}

/** A tenth of the rows by falling score. Rows and positives may be fractions: rows tied across a border are shared out evenly. */
export type Decile = {
  /** 0.1 for the tenth with the highest scores … 1 for the last. */
  readonly upTo: number
  readonly rows: number
  readonly positives: number
  /** Positive share of this tenth. */
  readonly rate: number
  /** That share over the share among all rows. */
  readonly lift: number
  /** Share of all positives in this tenth and those before it. */
  readonly gain: number
}

/** Ten deciles, highest scores first; none without positive rows. */
export function gainByDecile(ranked: Ranked): Decile[] {
  if (ranked.positives === 0) return []
  const rows = ranked.scores.length
  const corners = [{ above: 0, truePositives: 0 }].concat(
    stepsOf(ranked).map(step => ({
      above: step.truePositives + step.falsePositives,
      truePositives: step.truePositives,
    })),
  )
  let corner = 1
  let before = 0
  return Array.from({ length: 10 }, (_, index) => {
    const upTo = (index + 1) / 10
    while (corner < corners.length - 1 && (corners[corner]?.above ?? 0) < rows * upTo) corner++
    const [low, high] = [corners[corner - 1], corners[corner]]
    const share = low && high ? (rows * upTo - low.above) / (high.above - low.above) : 0
    const found = low && high ? low.truePositives + share * (high.truePositives - low.truePositives) : 0
    const positives = found - before
    before = found
    const rate = positives / (rows / 10)
    return {
      upTo,
      rows: rows / 10,
      positives,
      rate,
      lift: rate / (ranked.positives / rows),
      gain: found / ranked.positives,
    }
  })
}
