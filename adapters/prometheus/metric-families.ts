import {
  counterNames,
  counters,
  distributionNames,
  distributions,
  type GaugeDefinition,
  gaugeNames,
  gauges,
  type HistogramSnapshot,
  type MetricsSnapshot,
} from '@scaling-mlops/core'
import { type MetricFamily, type Sample, writeExposition } from './exposition.ts'

/** Upper edges of buckets in milliseconds; each is an edge of a cell as well, so that no count is guessed. */
const BUCKETS = [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000]

const UNITS = {
  count: { suffix: '', factor: 1 },
  percent: { suffix: '_percent', factor: 1 },
  milliseconds: { suffix: '_seconds', factor: 1 / 1000 },
} as const satisfies Record<GaugeDefinition['unit'], unknown>

/** A snapshot in Prometheus' words: `PredictionLatency` in milliseconds is the histogram `model_serving_prediction_latency_seconds`. */
export function toExposition(snapshot: MetricsSnapshot): string {
  return writeExposition([
    ...counterNames.map(
      (name): MetricFamily => ({
        name: `${prefixed(name)}_total`,
        type: 'counter',
        help: counters[name],
        samples: [{ value: snapshot.counters[name] }],
      }),
    ),
    ...distributionNames.map(
      (name): MetricFamily => ({
        name: `${prefixed(name)}_seconds`,
        type: 'histogram',
        help: distributions[name],
        samples: toBuckets(snapshot.distributions[name]),
      }),
    ),
    ...gaugeNames.flatMap((name): MetricFamily[] => {
      const value = snapshot.gauges[name]
      if (value === undefined) return []
      const { help, unit } = gauges[name]
      const { suffix, factor } = UNITS[unit]
      return [{ name: prefixed(name) + suffix, type: 'gauge', help, samples: [{ value: value * factor }] }]
    }),
  ])
}

/** `WorkerUtilization` → `model_serving_worker_utilization`. */
function prefixed(name: string): string {
  return `model_serving${name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)}`
}

function toBuckets({ sum, longest, counts }: HistogramSnapshot): Sample[] {
  let cell = 0
  let count = 0
  const upTo = (edge: number): number => {
    for (; cell < longest.length && (longest[cell] as number) <= edge; cell++) count += counts[cell] as number
    return count
  }
  return [
    ...BUCKETS.map(edge => ({ suffix: '_bucket', labels: { le: String(edge / 1000) }, value: upTo(edge) })),
    { suffix: '_bucket', labels: { le: '+Inf' }, value: upTo(Number.POSITIVE_INFINITY) },
    { suffix: '_sum', value: sum / 1000 },
    { suffix: '_count', value: count },
  ]
}
