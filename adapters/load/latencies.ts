/** How many durations were how long: a histogram whose cells widen with the value, so that every percentile is right within 0.1 %. */
export type Latencies = {
  readonly count: number
  /** Counts one duration in milliseconds, to the microsecond and up to 35 minutes. */
  record(milliseconds: number): void
  /** Adds what another histogram has counted. Percentiles of several runs come from this and never from averaging. */
  add(other: Latencies): void
  /** The duration in milliseconds that a share (0 to 1) of all stayed within; NaN where nothing was counted. */
  quantile(share: number): number
  /** The filled cells in ascending order, each with the longest duration it holds in microseconds. */
  cells(): Generator<readonly [microseconds: number, count: number]>
}

/** Cells of one doubling: a value is kept with ten bits behind its first. */
const CELLS = 1024
const LONGEST = 2 ** 31 - 1

export function createLatencies(): Latencies {
  const counts = new Float64Array(cellOf(LONGEST) + 1)
  let count = 0

  const add = (microseconds: number, times: number): void => {
    const cell = cellOf(microseconds)
    counts[cell] = (counts[cell] as number) + times
    count += times
  }

  function* cells(): Generator<readonly [number, number]> {
    for (let cell = 0; cell < counts.length; cell++) {
      const times = counts[cell] as number
      if (times > 0) yield [longestOf(cell), times]
    }
  }

  return {
    get count() {
      return count
    },
    cells,
    record: milliseconds => add(Math.min(LONGEST, Math.max(0, Math.round(milliseconds * 1000))), 1),
    add(other) {
      for (const [microseconds, times] of other.cells()) add(microseconds, times)
    },
    quantile(share) {
      // the shift by one billionth keeps 0.29 × 100 = 28.999999999999996 at its 29th value
      const rank = Math.max(1, Math.ceil(share * count - 1e-9))
      let seen = 0
      for (const [microseconds, times] of cells()) {
        seen += times
        if (seen >= rank) return microseconds / 1000
      }
      return Number.NaN
    },
  }
}

/** Values below 2 × CELLS have a cell each; above, the first eleven bits name it. */
function cellOf(microseconds: number): number {
  const shift = Math.max(0, 21 - Math.clz32(microseconds))
  return shift * CELLS + (microseconds >>> shift)
}

function longestOf(cell: number): number {
  const shift = Math.max(0, Math.floor(cell / CELLS) - 1)
  return (cell - shift * CELLS + 1) * 2 ** shift - 1
}
