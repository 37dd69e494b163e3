/** How many values were how large, durations above all, in cells that widen with the value: what many processes counted adds up, and percentiles come from the sum. */
export type Histogram = {
  readonly count: number
  /** Milliseconds of all durations together. */
  readonly sum: number
  /** Counts one duration, in milliseconds: to the microsecond and up to an hour. */
  record(milliseconds: number): void
  /** Adds what another histogram of the same precision has counted. */
  add(other: HistogramSnapshot): void
  /** The duration in milliseconds that a share (0 to 1) of all stayed within; NaN where nothing was counted. */
  quantile(share: number): number
  snapshot(): HistogramSnapshot
}

/** The filled cells in ascending order, each with the longest duration it holds, in milliseconds. */
export type HistogramSnapshot = {
  readonly sum: number
  readonly longest: readonly number[]
  readonly counts: readonly number[]
}

const MOST_MICROSECONDS = 3_600_000_000

/**
 * Cells are all numbers of so many significant decimal digits, so that 1, 2 and 5 times every power of ten are edges of cells, as
 * dashboards want them. A cell holds what is above its neighbour and at most its own edge; two digits are right within 10 %, four
 * within 0.1 %.
 */
export function createHistogram(significantDigits = 2): Histogram {
  const decade = 10 ** (significantDigits - 1)
  const counts = new Float64Array(cellOf(MOST_MICROSECONDS, decade) + 1)
  let count = 0
  let sum = 0

  const put = (milliseconds: number, times: number): void => {
    const cell = cellOf(Math.min(MOST_MICROSECONDS, Math.max(0, milliseconds * 1000)), decade)
    counts[cell] = (counts[cell] as number) + times
    count += times
  }

  return {
    get count() {
      return count
    },
    get sum() {
      return sum
    },
    record(milliseconds) {
      put(milliseconds, 1)
      sum += milliseconds
    },
    add(other) {
      for (let index = 0; index < other.longest.length; index++)
        put(other.longest[index] as number, other.counts[index] as number)
      sum += other.sum
    },
    quantile(share) {
      // the shift by one billionth keeps 0.29 × 100 = 28.999999999999996 at its 29th value
      const rank = Math.max(1, Math.ceil(share * count - 1e-9))
      let seen = 0
      for (let cell = 0; cell < counts.length; cell++) {
        seen += counts[cell] as number
        if (seen >= rank) return longestOf(cell, decade)
      }
      return Number.NaN
    },
    snapshot() {
      const longest: number[] = []
      const filled: number[] = []
      for (let cell = 0; cell < counts.length; cell++) {
        if (counts[cell] === 0) continue
        longest.push(longestOf(cell, decade))
        filled.push(counts[cell] as number)
      }
      return { sum, longest, counts: filled }
    },
  }
}

/** Up to 10 × `decade` microseconds have a cell each; above, every power of ten has nine times `decade`. */
function cellOf(microseconds: number, decade: number): number {
  let width = 1
  let first = 0
  while (microseconds > 10 * decade * width) {
    width *= 10
    first += 9 * decade
  }
  // what conversion between units added belongs to the edge itself
  return first + Math.ceil(microseconds / width - 1e-9)
}

function longestOf(cell: number, decade: number): number {
  const power = Math.max(0, Math.ceil((cell - 10 * decade) / (9 * decade)))
  return ((cell - 9 * decade * power) * 10 ** power) / 1000
}
