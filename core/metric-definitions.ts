/** Every metric, once: its name, its unit and what it says. Exporters derive their texts and units from here. */

/** Totals that only grow. */
export const counters = {
  Predictions: 'rows answered',
  Rejected: 'rows refused for want of capacity',
  Failed: 'rows lost to a fault of the server',
  Invalid: 'rows with data that is not valid',
  DeadLettered: 'records of a stream that were given up',
  Retried: 'records that went back to their queue',
} as const

/** Values of which each counts: how many there were, their percentiles, their sum. */
export const distributions = {
  PredictionLatency: { help: 'a list of rows from its parsed body to its outcomes', unit: 'milliseconds' },
  QueueWait: { help: 'a call from its arrival to the start of its run', unit: 'milliseconds' },
  BatchSize: { help: 'the rows of one run of a model, whatever they were for', unit: 'count' },
} as const satisfies Record<string, { readonly help: string; readonly unit: 'count' | 'milliseconds' }>

/** States of now: `across` says how those of several processes become one. */
export const gauges = {
  StreamBacklog: {
    help: 'records that wait in the queue of the streams, as every process sees the same queue',
    unit: 'count',
    across: 'most',
  },
  InFlight: { help: 'requests that are being answered', unit: 'count', across: 'sum' },
  WorkerUtilization: {
    help: 'the busier of event loop and scoring threads, mean of the workers',
    unit: 'percent',
    across: 'mean',
  },
  EventLoopDelayP99: {
    help: 'how late the event loop comes to its work, 99th percentile of the last seconds, of the worst worker',
    unit: 'milliseconds',
    across: 'most',
  },
  EventLoopDelayMax: {
    help: 'how late the event loop came to its work at the worst in the last seconds, of the worst worker',
    unit: 'milliseconds',
    across: 'most',
  },
} as const satisfies Record<string, GaugeDefinition>

export type GaugeDefinition = {
  readonly help: string
  readonly unit: 'count' | 'percent' | 'milliseconds'
  readonly across: 'sum' | 'mean' | 'most'
}

export type CounterName = keyof typeof counters
export type DistributionName = keyof typeof distributions
export type GaugeName = keyof typeof gauges

export const counterNames = Object.keys(counters) as CounterName[]
export const distributionNames = Object.keys(distributions) as DistributionName[]
export const gaugeNames = Object.keys(gauges) as GaugeName[]

/** What is pushed to CloudWatch, where every name is paid for by the month; the rest is at `/metrics`. */
export const pushedMetrics = [
  'WorkerUtilization',
  'InFlight',
  'QueueWait',
  'PredictionLatency',
  'Predictions',
  'Rejected',
  'Failed',
  'DeadLettered',
  'StreamBacklog',
] as const satisfies readonly (CounterName | DistributionName | GaugeName)[]

export type PushedMetric = (typeof pushedMetrics)[number]
