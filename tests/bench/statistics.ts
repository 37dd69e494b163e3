/** The middle of some numbers, without those that are none; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.filter(value => !Number.isNaN(value)).toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2
}
