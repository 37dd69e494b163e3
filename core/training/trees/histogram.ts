import type { BinnedFeature } from './bins.ts'

/** Sums over rows by feature and bin: how steep their loss is, how it bends, and how many they are. */
export type Histogram = { readonly slopes: Float64Array; readonly bends: Float64Array; readonly counts: Float64Array }

/** Where each feature's bins begin in a histogram, and the length of it all. */
export function binOffsets(features: readonly BinnedFeature[]): Uint32Array {
  const offsets = new Uint32Array(features.length + 1)
  features.forEach(({ binCount }, index) => {
    offsets[index + 1] = (offsets[index] as number) + binCount
  })
  return offsets
}

/** Sums the rows of a node, given as places in `slopes` and `bends`. */
export function sumRows(
  features: readonly BinnedFeature[],
  offsets: Uint32Array,
  rows: Uint32Array,
  slopes: Float64Array,
  bends: Float64Array,
): Histogram {
  const size = offsets[features.length] as number
  const sums = { slopes: new Float64Array(size), bends: new Float64Array(size), counts: new Float64Array(size) }
  for (let index = 0; index < features.length; index++) {
    const { bins } = features[index] as BinnedFeature
    const offset = offsets[index] as number
    for (let at = 0; at < rows.length; at++) {
      const row = rows[at] as number
      const bin = offset + (bins[row] as number)
      sums.slopes[bin] = (sums.slopes[bin] as number) + (slopes[row] as number)
      sums.bends[bin] = (sums.bends[bin] as number) + (bends[row] as number)
      sums.counts[bin] = (sums.counts[bin] as number) + 1
    }
  }
  return sums
}

/** What is left of a node when one child is taken away: the other child, without reading its rows. */
export function subtract(whole: Histogram, part: Histogram): Histogram {
  const rest = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, bin) => value - (b[bin] as number))
  return {
    slopes: rest(whole.slopes, part.slopes),
    bends: rest(whole.bends, part.bends),
    counts: rest(whole.counts, part.counts),
  }
}
