/** Numbers about the work done, counted in memory: recording never throws, never waits. Units are part of a metric's definition, not of its calls. */
export type Metrics = {
  /** Adds to a counter that only grows. */
  count(name: CounterName, by?: number): void
  /** Adds one value to a distribution. */
  observe(name: DistributionName, value: number): void
}

/** Predictions: rows answered. Rejected: rows or requests refused for want of capacity. Failed: rows or requests lost to a fault of ours. Invalid: rows with issues. DeadLettered: records of a stream that were given up. Retried: records that go back to their queue. */
export type CounterName = 'Predictions' | 'Rejected' | 'Failed' | 'Invalid' | 'DeadLettered' | 'Retried'

/** Milliseconds. PredictionLatency: a list of rows from parsed body to outcomes. QueueWait: a call from its arrival to the start of its run. */
export type DistributionName = 'PredictionLatency' | 'QueueWait'
