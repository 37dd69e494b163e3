/** What a run of n rows takes: a + b·n milliseconds, learned from the runs themselves. */
export type ServiceTime = {
  /** Takes in one measured run. */
  learn(rows: number, milliseconds: number): void
  /** Milliseconds that a run of so many rows is expected to take; 0 before the first measurement. */
  predict(rows: number): number
  /**
   * The most rows that a run of about so many milliseconds takes; of twice its fixed part where that is longer, and twice as many as before where all
   * runs had one size, so that it is learned what more would take. At least 1; Infinity before the first measurement.
   */
  rowsWithin(milliseconds: number): number
}

/** Runs that the estimate remembers, roughly: older ones fade. */
const MEMORY = 50

/**
 * Least squares over runs whose weight halves about every 35 of them. Where all had about one size the slope cannot be told from the
 * start, and time is taken to grow with the rows: the careful side, since a queue is then thought longer than it is.
 */
export function createServiceTime(): ServiceTime {
  const fade = 1 - 1 / MEMORY
  let weight = 0
  let meanRows = 0
  let meanTime = 0
  let rowVariance = 0
  let covariance = 0

  const hadOneSize = (): boolean => rowVariance < 0.01 * meanRows * meanRows
  const slope = (): number => {
    const perRow = meanTime / meanRows
    if (hadOneSize()) return perRow
    return Math.min(Math.max(covariance / rowVariance, 0), perRow)
  }

  return {
    learn(rows, milliseconds) {
      weight = weight * fade + 1
      const share = 1 / weight
      const rowStep = rows - meanRows
      const timeStep = milliseconds - meanTime
      meanRows += share * rowStep
      meanTime += share * timeStep
      rowVariance = (1 - share) * (rowVariance + share * rowStep * rowStep)
      covariance = (1 - share) * (covariance + share * rowStep * timeStep)
    },
    predict: rows => (weight === 0 ? 0 : meanTime + slope() * (rows - meanRows)),
    rowsWithin(milliseconds) {
      if (weight === 0) return Number.POSITIVE_INFINITY
      const fixed = meanTime - slope() * meanRows
      const most = Math.floor((Math.max(milliseconds, 2 * fixed) - fixed) / slope())
      return Math.max(1, most, hadOneSize() ? Math.floor(2 * meanRows) : 0)
    },
  }
}
