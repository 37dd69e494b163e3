import { createHistogram, type HistogramSnapshot } from '../histogram.ts'
import type { MetricsSnapshot } from '../metrics-snapshot.ts'

/** In the unit of their distribution; null where there was nothing to count. */
export type Percentiles = {
  readonly count: number
  readonly p50: number | null
  readonly p95: number | null
  readonly p99: number | null
}

export type Minute = Omit<Percentiles, 'count'> & {
  /** Its end, in milliseconds since 1970. */
  readonly at: number
  readonly predictions: number
  readonly rejected: number
  readonly failed: number
  readonly invalid: number
  readonly utilization: number | null
}

export function toPercentiles(snapshot: HistogramSnapshot): Percentiles {
  const histogram = createHistogram()
  histogram.add(snapshot)
  const at = (share: number): number | null => (histogram.count === 0 ? null : histogram.quantile(share))
  return { count: histogram.count, p50: at(0.5), p95: at(0.95), p99: at(0.99) }
}

/** What a minute came to, of what was counted in it. */
export function toMinute(at: number, { counters, distributions, gauges }: MetricsSnapshot): Minute {
  const { p50, p95, p99 } = toPercentiles(distributions.PredictionLatency)
  return {
    at,
    predictions: counters.Predictions,
    rejected: counters.Rejected,
    failed: counters.Failed,
    invalid: counters.Invalid,
    p50,
    p95,
    p99,
    utilization: gauges.WorkerUtilization ?? null,
  }
}
