import { bestSplit, type FoundSplit, type SplitLimits, type Totals } from './best-split.ts'
import type { BinnedFeature } from './bins.ts'
import { type Histogram, subtract, sumRows } from './histogram.ts'
import type { Tree } from './tree.ts'

export type GrowOptions = SplitLimits & { readonly depth: number; readonly learningRate: number }

/** Derivatives of the loss of every row by its sum for one output. */
export type Derivatives = { readonly slopes: Float64Array; readonly bends: Float64Array }

/** Grows one tree to its depth, and adds each row's leaf to `sums[row × stride + output]`. */
export function growTree(
  features: readonly BinnedFeature[],
  offsets: Uint32Array,
  { slopes, bends }: Derivatives,
  options: GrowOptions,
  { sums, output, stride }: { readonly sums: Float64Array; readonly output: number; readonly stride: number },
): Tree {
  const columns: number[] = []
  const thresholds: number[] = []
  const left: number[] = []
  const right: number[] = []
  const leaves: number[] = []
  const nodeRows: number[] = []
  const leafRows: number[] = []

  const addLeaf = (rows: Uint32Array, { slope, bend }: Totals): number => {
    const value = Math.fround((-options.learningRate * slope) / (bend + options.l2))
    for (const row of rows) sums[row * stride + output] = (sums[row * stride + output] as number) + value
    leafRows.push(rows.length)
    return -leaves.push(value)
  }

  /** Adds the node or leaf of some rows and answers its number. Histograms are made only for nodes that may split. */
  const addNode = (rows: Uint32Array, totals: Totals, depth: number, histogram: () => Histogram): number => {
    if (depth === 0 || rows.length < 2 * options.leastRows) return addLeaf(rows, totals)
    const whole = histogram()
    const split = bestSplit(features, offsets, whole, totals, options)
    if (split === undefined) return addLeaf(rows, totals)
    const place = columns.length
    const { column, threshold } = (features[split.feature] as BinnedFeature).splitAt(split.bin)
    columns.push(column)
    thresholds.push(threshold)
    nodeRows.push(rows.length)
    left.push(0)
    right.push(0)
    const [lower, upper] = partition(rows, features[split.feature] as BinnedFeature, split)
    const [smaller, larger] = lower.length <= upper.length ? [lower, upper] : [upper, lower]
    let counted: Histogram | undefined
    const sumSmaller = (): Histogram => {
      counted ??= sumRows(features, offsets, smaller, slopes, bends)
      return counted
    }
    const histogramOf = (part: Uint32Array) => () => (part === larger ? subtract(whole, sumSmaller()) : sumSmaller())
    left[place] = addNode(lower, split.left, depth - 1, histogramOf(lower))
    right[place] = addNode(upper, split.right, depth - 1, histogramOf(upper))
    return place
  }

  const all = Uint32Array.from(slopes, (_, row) => row)
  const totals = { slope: total(slopes), bend: total(bends), count: all.length }
  addNode(all, totals, options.depth, () => sumRows(features, offsets, all, slopes, bends))
  return { output, columns, thresholds, left, right, leaves, nodeRows, leafRows }
}

function partition(
  rows: Uint32Array,
  { kind, bins }: BinnedFeature,
  { bin, left, right }: FoundSplit,
): [Uint32Array, Uint32Array] {
  const lower = new Uint32Array(left.count)
  const upper = new Uint32Array(right.count)
  let below = 0
  let above = 0
  for (const row of rows) {
    const goesLeft = kind === 'category' ? bins[row] !== bin : (bins[row] as number) <= bin
    if (goesLeft) lower[below++] = row
    else upper[above++] = row
  }
  return [lower, upper]
}

function total(values: Float64Array): number {
  let sum = 0
  for (let index = 0; index < values.length; index++) sum += values[index] as number
  return sum
}
