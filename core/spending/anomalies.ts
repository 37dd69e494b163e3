/** A day on which a service cost far more than in the weeks before. */
export type Anomaly = {
  readonly day: string
  readonly service: string
  readonly amount: number
  /** The median of the days before. */
  readonly usual: number
}

/** Days that say what is usual, and the fewest of them that do: three weeks know what comes once a week. */
const MEMORY = 28
const FEWEST = 21
/** Of the normal distribution's standard deviations, that the median absolute deviation estimates as 1.4826 of it. */
const DEVIATIONS = 5
/** Above what three of the days before reached: what comes again and again is no surprise, and two surprises hide no third. */
const SHARE = 0.25
/** In money: less is nobody's concern. */
const LEAST = 1

/**
 * Days above the median of up to 28 days before (21 at least) by five robust standard deviations and one unit of money, and a quarter
 * above the third dearest of them.
 */
export function findAnomalies(service: string, days: readonly string[], amounts: readonly number[]): Anomaly[] {
  const anomalies: Anomaly[] = []
  for (let index = FEWEST; index < days.length; index++) {
    const before = amounts.slice(Math.max(0, index - MEMORY), index)
    const usual = median(before)
    const spread = 1.4826 * median(before.map(amount => Math.abs(amount - usual)))
    const reached = before.toSorted((a, b) => b - a)[2] ?? 0
    const amount = amounts[index] ?? 0
    if (amount > Math.max(usual + DEVIATIONS * spread, usual + LEAST, reached * (1 + SHARE)))
      anomalies.push({ day: days[index] ?? '', service, amount, usual })
  }
  return anomalies
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2
}
