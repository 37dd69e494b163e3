import type { CounterName, DistributionName, GaugeName, PushedMetric } from './metric-definitions.ts'

/** What one line of a panel shows: a total by the minute, a mean over instances, the most of any, or a percentile of a distribution. */
export type Series =
  | { readonly metric: CounterName & PushedMetric; readonly show: 'per minute' }
  | { readonly metric: GaugeName & PushedMetric; readonly show: 'mean' | 'most' }
  | { readonly metric: DistributionName & PushedMetric; readonly show: 'p50' | 'p99' }

export type Panel = {
  readonly title: string
  readonly unit: 'percent' | 'count' | 'milliseconds'
  readonly series: readonly Series[]
}

/** The panels of every dashboard, most telling first: what is written for Grafana and for CloudWatch shows the same numbers. */
export const dashboard: readonly Panel[] = [
  {
    title: 'How busy the workers are: what the fleet scales on',
    unit: 'percent',
    series: [
      { metric: 'WorkerUtilization', show: 'mean' },
      { metric: 'WorkerUtilization', show: 'most' },
    ],
  },
  {
    title: 'How long predictions take, and wait for their run',
    unit: 'milliseconds',
    series: [
      { metric: 'PredictionLatency', show: 'p50' },
      { metric: 'PredictionLatency', show: 'p99' },
      { metric: 'QueueWait', show: 'p99' },
    ],
  },
  { title: 'Rows answered', unit: 'count', series: [{ metric: 'Predictions', show: 'per minute' }] },
  {
    title: 'Rows that were not answered',
    unit: 'count',
    series: [
      { metric: 'Rejected', show: 'per minute' },
      { metric: 'Failed', show: 'per minute' },
    ],
  },
  { title: 'Requests in flight on an instance', unit: 'count', series: [{ metric: 'InFlight', show: 'mean' }] },
  {
    title: 'Streams: records that wait, and that were given up',
    unit: 'count',
    series: [
      { metric: 'StreamBacklog', show: 'most' },
      { metric: 'DeadLettered', show: 'per minute' },
    ],
  },
]
