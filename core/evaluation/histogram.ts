import { quantile } from './intervals.ts'

/** Counts between edges: `counts[group][bin]` holds the values with `edges[bin] ≤ value < edges[bin + 1]`, the last bin its right edge too. */
export type Histogram = { readonly edges: readonly number[]; readonly counts: readonly (readonly number[])[] }

/** Counts values by bin and by group (`groupOf(index)` in 0 … groups − 1). Values outside the edges count in the outer bins. */
export function histogramBy(
  values: ArrayLike<number>,
  edges: readonly number[],
  groups = 1,
  groupOf: (index: number) => number = () => 0,
): Histogram {
  const bins = edges.length - 1
  const counts = Array.from({ length: groups }, () => new Array<number>(bins).fill(0))
  for (let index = 0; index < values.length; index++) {
    const bin = Math.min(bins - 1, Math.max(0, upperBound(edges, values[index] as number) - 1))
    const group = counts[groupOf(index)] as number[]
    group[bin] = (group[bin] as number) + 1
  }
  return { edges, counts }
}

/** Edges at round numbers (1, 2 or 5 times a power of ten apart) that hold `low` to `high` in about `bins` bins. */
export function roundEdges(low: number, high: number, bins = 20): number[] {
  if (!(high > low)) return [low, low + 1]
  const rough = (high - low) / bins
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * ([1, 2, 5, 10].find(factor => factor * power >= rough * (1 - 1e-9)) ?? 10)
  const first = Math.floor(low / step)
  const last = Math.max(first + 1, Math.ceil(high / step))
  // dividing by the reciprocal gives 0.3 where 3 × 0.1 gives 0.30000000000000004
  return Array.from({ length: last - first + 1 }, (_, index) =>
    step < 1 ? (first + index) / Math.round(1 / step) : (first + index) * step,
  )
}

/**
 * Inner edges that part values into at most `bins` bins of about equal size: a value that fills several bins has one edge, so fewer may
 * come back, and values that are only a few different ones are parted one by one.
 */
export function quantileEdges(values: ArrayLike<number>, bins: number): number[] {
  return quantileEdgesOfSorted(Float64Array.from(values).sort(), bins)
}

/** The same for values that ascend already. */
export function quantileEdgesOfSorted(ascending: Float64Array, bins: number): number[] {
  const few = distinctUpTo(ascending, bins)
  if (few !== undefined) return few.slice(1)
  const edges = new Set<number>()
  for (let bin = 1; bin < bins; bin++) {
    const edge = quantile(ascending, bin / bins)
    if (edge > (ascending[0] as number)) edges.add(edge)
  }
  return [...edges]
}

/** The distinct values, or undefined where they are more than `most`. */
function distinctUpTo(ascending: Float64Array, most: number): number[] | undefined {
  const distinct: number[] = []
  for (let index = 0; index < ascending.length; index++) {
    if (ascending[index] === ascending[index - 1]) continue
    if (distinct.length === most) return undefined
    distinct.push(ascending[index] as number)
  }
  return distinct
}

/** How many of the ascending `edges` are at or below `value`: its bin among inner edges. */
export function upperBound(edges: ArrayLike<number>, value: number): number {
  let low = 0
  let high = edges.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((edges[middle] as number) <= value) low = middle + 1
    else high = middle
  }
  return low
}
