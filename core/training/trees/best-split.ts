import type { BinnedFeature } from './bins.ts'
import type { Histogram } from './histogram.ts'

export type Totals = { readonly slope: number; readonly bend: number; readonly count: number }

export type FoundSplit = {
  readonly feature: number
  readonly bin: number
  readonly left: Totals
  readonly right: Totals
}

export type SplitLimits = {
  /** Added to the bend of every leaf: keeps the steps of small leaves small. */
  readonly l2: number
  readonly leastRows: number
  /** Sum of second derivatives below which a leaf is not sure of anything. */
  readonly leastBend: number
}

/** The split that lowers the loss most by its second-order estimate, or undefined where none does. */
export function bestSplit(
  features: readonly BinnedFeature[],
  offsets: Uint32Array,
  { slopes, bends, counts }: Histogram,
  node: Totals,
  { l2, leastRows, leastBend }: SplitLimits,
): FoundSplit | undefined {
  let best: FoundSplit | undefined
  let bestGain = 1e-9
  const worth = (slope: number, bend: number): number => (slope * slope) / (bend + l2)
  const whole = worth(node.slope, node.bend)

  features.forEach(({ kind, binCount }, feature) => {
    const offset = offsets[feature] as number
    let slope = 0
    let bend = 0
    let count = 0
    // the last bin is no split: of numbers nothing lies above it, of categories it holds the unknown, which have no column
    for (let bin = 0; bin < binCount - 1; bin++) {
      if (kind === 'category') slope = bend = count = 0
      slope += slopes[offset + bin] as number
      bend += bends[offset + bin] as number
      count += counts[offset + bin] as number
      const restCount = node.count - count
      const restBend = node.bend - bend
      if (count < leastRows || restCount < leastRows || bend < leastBend || restBend < leastBend) continue
      const gain = worth(slope, bend) + worth(node.slope - slope, restBend) - whole
      if (gain <= bestGain) continue
      bestGain = gain
      const inBin = { slope, bend, count }
      const others = { slope: node.slope - slope, bend: restBend, count: restCount }
      // a one-hot column is 1 for its own value, which is above the threshold: right
      best =
        kind === 'category'
          ? { feature, bin, left: others, right: inBin }
          : { feature, bin, left: inBin, right: others }
    }
  })
  return best
}
