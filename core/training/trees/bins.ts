import type { Dataset, SlotColumn } from '../dataset.ts'

/** One feature cut into bins. A split is a bin: what it sends left, and where that is in the model's columns. */
export type BinnedFeature = {
  readonly kind: 'number' | 'category'
  readonly binCount: number
  /** Bin of every row given. */
  readonly bins: Uint8Array | Uint16Array
  /** The model's column of a split, and the 32-bit threshold that values must not exceed to go left. */
  splitAt(bin: number): { readonly column: number; readonly threshold: number }
}

const MOST_BINS = 255
/** Thresholds come from at most this many rows: more do not move a quantile. */
const MOST_SAMPLED = 200_000

/**
 * Bins the features of some rows. A number's bin b holds values up to threshold b: splitting there sends bins 0 … b left.
 * A category's bin is its value, unknown ones the last: splitting there sends that value right and all others left, as its one-hot column does.
 */
export function binFeatures({ table, columns }: Dataset, rows: Uint32Array): BinnedFeature[] {
  let column = 0
  return table.map((feature, index) => {
    const slots = columns[index] as SlotColumn
    const first = column
    column += feature.kind === 'number' ? 1 : feature.values.length
    return feature.kind === 'number'
      ? binNumbers(slots, rows, first)
      : binCategories(slots, rows, first, feature.values.length)
  })
}

function binNumbers(slots: SlotColumn, rows: Uint32Array, column: number): BinnedFeature {
  const thresholds = thresholdsOf(slots, rows)
  const bins = Uint8Array.from(rows, row => lowerBound(thresholds, Math.fround(slots[row] as number)))
  return {
    kind: 'number',
    binCount: thresholds.length + 1,
    bins,
    splitAt: bin => ({ column, threshold: thresholds[bin] as number }),
  }
}

function binCategories(slots: SlotColumn, rows: Uint32Array, column: number, values: number): BinnedFeature {
  const bins = values < 255 ? new Uint8Array(rows.length) : new Uint16Array(rows.length)
  rows.forEach((row, index) => {
    const slot = slots[row] as number
    bins[index] = slot < 0 ? values : slot
  })
  return { kind: 'category', binCount: values + 1, bins, splitAt: bin => ({ column: column + bin, threshold: 0.5 }) }
}

/** Ascending 32-bit thresholds between neighbouring values: the graph compares in 32 bits, and a threshold rounded later would send rows elsewhere. */
function thresholdsOf(slots: SlotColumn, rows: Uint32Array): Float32Array {
  const stride = Math.max(1, Math.ceil(rows.length / MOST_SAMPLED))
  const sample = Float32Array.from({ length: Math.ceil(rows.length / stride) }, (_, index) =>
    Number(slots[rows[index * stride] as number]),
  ).sort()
  const starts: number[] = []
  for (let index = 1; index < sample.length; index++) if (sample[index] !== sample[index - 1]) starts.push(index)
  const chosen = starts.length < MOST_BINS ? starts : quantileStarts(sample, starts)
  return Float32Array.from(chosen, start => between(sample[start - 1] as number, sample[start] as number))
}

/** The places nearest above each quantile at which a new value begins. */
function quantileStarts(sample: Float32Array, starts: readonly number[]): number[] {
  const chosen = new Set<number>()
  let at = 0
  for (let bin = 1; bin < MOST_BINS; bin++) {
    const wanted = (bin * sample.length) / MOST_BINS
    while (at < starts.length - 1 && (starts[at] as number) < wanted) at++
    chosen.add(starts[at] as number)
  }
  return [...chosen]
}

function between(low: number, high: number): number {
  const middle = Math.fround(low + (high - low) / 2)
  return middle < high ? middle : low
}

/** How many of the ascending thresholds are below the value. */
function lowerBound(thresholds: Float32Array, value: number): number {
  let low = 0
  let high = thresholds.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((thresholds[middle] as number) < value) low = middle + 1
    else high = middle
  }
  return low
}
