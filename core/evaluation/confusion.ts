import { type Ranked, stepsOf } from './ranked.ts'

/** Rows by what was predicted and what was true. */
export type Confusion = {
  readonly truePositives: number
  readonly falsePositives: number
  readonly falseNegatives: number
  readonly trueNegatives: number
}

/** Rows with `score ≥ threshold` are predicted positive. */
export function confusionAt(ranked: Ranked, threshold: number): Confusion {
  return confusionsAt(ranked, [threshold])[0] as Confusion
}

/** One table per threshold, in one walk over the rows; thresholds in any order. */
export function confusionsAt(ranked: Ranked, thresholds: readonly number[]): Confusion[] {
  const tables = new Map<number, Confusion>()
  let row = 0
  let truePositives = 0
  for (const threshold of thresholds.toSorted((a, b) => b - a)) {
    for (; row < ranked.scores.length && (ranked.scores[row] as number) >= threshold; row++)
      truePositives += ranked.labels[row] as number
    tables.set(threshold, confusionOf(ranked, truePositives, row - truePositives))
  }
  return thresholds.map(threshold => tables.get(threshold) as Confusion)
}

/** Of the rows predicted positive, the share that is. NaN where none is predicted positive. */
export function precision({ truePositives, falsePositives }: Confusion): number {
  return truePositives / (truePositives + falsePositives)
}

/** Of the positive rows, the share that is predicted positive. NaN where none is positive. */
export function recall({ truePositives, falseNegatives }: Confusion): number {
  return truePositives / (truePositives + falseNegatives)
}

/** Harmonic mean of precision and recall, 0 where nothing is right. */
export function f1({ truePositives, falsePositives, falseNegatives }: Confusion): number {
  return truePositives === 0 ? 0 : (2 * truePositives) / (2 * truePositives + falsePositives + falseNegatives)
}

/** What each kind of decision costs, in any one currency; a gain is a negative cost. What is not given costs nothing. */
export type Costs = { readonly fp?: number; readonly fn?: number; readonly tp?: number; readonly tn?: number }

/** Cost of all decisions of a table. */
export function costOf(table: Confusion, { fp = 0, fn = 0, tp = 0, tn = 0 }: Costs): number {
  return fp * table.falsePositives + fn * table.falseNegatives + tp * table.truePositives + tn * table.trueNegatives
}

export type BestThreshold = { readonly threshold: number; readonly value: number; readonly confusion: Confusion }

/** The threshold with the highest F1 on these rows. */
export function bestByF1(ranked: Ranked): BestThreshold {
  return best(ranked, f1)
}

/** The threshold with the lowest total cost on these rows; `value` is that cost. */
export function bestByCost(ranked: Ranked, costs: Costs): BestThreshold {
  const found = best(ranked, table => -costOf(table, costs))
  return { ...found, value: costOf(found.confusion, costs) }
}

/** Of thresholds that decide alike the one with the fewest digits is named, of equally good decisions the highest threshold. */
function best(ranked: Ranked, value: (table: Confusion) => number): BestThreshold {
  const steps = stepsOf(ranked)
  const highest = steps[0]?.threshold ?? 0
  // "nobody" is a decision too, but only where a threshold within 0 to 1 can express it
  const nobody = confusionOf(ranked, 0, 0)
  let found: BestThreshold = {
    threshold: highest < 1 ? shortestDecimal(highest, 1) : 1,
    value: highest < 1 ? value(nobody) : Number.NEGATIVE_INFINITY,
    confusion: nobody,
  }
  steps.forEach((step, index) => {
    const confusion = confusionOf(ranked, step.truePositives, step.falsePositives)
    const here = value(confusion)
    if (here > found.value) {
      const below = steps[index + 1]?.threshold ?? Math.min(0, step.threshold) - Number.EPSILON
      found = { threshold: shortestDecimal(below, step.threshold), value: here, confusion }
    }
  })
  return found
}

/** The number with the fewest decimals in (low, high]. */
function shortestDecimal(low: number, high: number): number {
  for (let scale = 1; scale <= 1e15; scale *= 10) {
    const candidate = Math.floor(high * scale) / scale
    if (candidate > low && candidate <= high) return candidate
  }
  return high
}

function confusionOf(ranked: Ranked, truePositives: number, falsePositives: number): Confusion {
  return {
    truePositives,
    falsePositives,
    falseNegatives: ranked.positives - truePositives,
    trueNegatives: ranked.negatives - falsePositives,
  }
}
