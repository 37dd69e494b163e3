import type { HistogramSnapshot, MetricsSnapshot } from '@scaling-mlops/core'
import type { MetricFamily } from './exposition.ts'

/**
 * The numbers that Triton Inference Server has as well, under its names and in its units, for dashboards and scalers made for it. They are
 * of all models together, so without Triton's labels.
 */
export function tritonFamilies({ counters, distributions, gauges }: MetricsSnapshot): MetricFamily[] {
  const { PredictionLatency, QueueWait, BatchSize } = distributions
  const family = (type: MetricFamily['type'], name: string, help: string, value: number): MetricFamily => ({
    name: `nv_inference_${name}`,
    type,
    help,
    samples: [{ value }],
  })
  return [
    family('counter', 'request_success', 'lists of rows answered', total(PredictionLatency)),
    family('counter', 'request_failure', 'rows lost to a fault of the server', counters.Failed),
    family('counter', 'count', 'rows answered', counters.Predictions),
    family('counter', 'exec_count', 'runs of models', total(BatchSize)),
    family('counter', 'request_duration_us', 'time of lists of rows, added up', microseconds(PredictionLatency.sum)),
    family('counter', 'queue_duration_us', 'time before runs, added up', microseconds(QueueWait.sum)),
    ...(gauges.InFlight === undefined
      ? []
      : [family('gauge', 'pending_request_count', 'requests that are being answered', gauges.InFlight)]),
  ]
}

function total({ counts }: HistogramSnapshot): number {
  return counts.reduce((sum, count) => sum + count, 0)
}

function microseconds(milliseconds: number): number {
  return Math.round(milliseconds * 1000)
}
