import type { CounterName, DistributionName, Metrics } from '@scaling-mlops/core'

export type MemoryMetrics = Metrics & {
  /** The counter's total so far. */
  total(name: CounterName): number
  /** How many values a distribution has been given, and their sum. */
  summary(name: DistributionName): { readonly count: number; readonly sum: number }
}

/** Totals since the process began: what tests read and what exporters build on. */
export function createMemoryMetrics(): MemoryMetrics {
  const totals = new Map<CounterName, number>()
  const summaries = new Map<DistributionName, { count: number; sum: number }>()
  return {
    count(name, by = 1) {
      totals.set(name, (totals.get(name) ?? 0) + by)
    },
    observe(name, value) {
      const summary = summaries.get(name)
      if (summary) {
        summary.count++
        summary.sum += value
      } else summaries.set(name, { count: 1, sum: value })
    },
    total: name => totals.get(name) ?? 0,
    summary: name => ({ ...(summaries.get(name) ?? { count: 0, sum: 0 }) }),
  }
}
