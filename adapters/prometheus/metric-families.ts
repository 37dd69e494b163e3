import {
  counterNames,
  counters,
  distributionNames,
  distributions,
  gaugeNames,
  gauges,
  type HistogramSnapshot,
  type MetricsSnapshot,
} from '@scaling-mlops/core'
import { type MetricFamily, type Sample, writeExposition } from './exposition.ts'
import { prometheusName, UNITS } from './metric-name.ts'
import { tritonFamilies } from './triton-names.ts'

/** Upper edges of buckets; each is an edge of a cell as well, so that no count is guessed. */
const BUCKETS = {
  milliseconds: [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000],
  count: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000],
}

/** Names of other servers under which numbers can be had besides our own. */
export type Aliases = 'triton'

/** A snapshot in Prometheus' words: `PredictionLatency` in milliseconds is the histogram `model_serving_prediction_latency_seconds`. */
export function toExposition(snapshot: MetricsSnapshot, aliases?: Aliases): string {
  return writeExposition([
    ...counterNames.map(
      (name): MetricFamily => ({
        name: prometheusName(name),
        type: 'counter',
        help: counters[name],
        samples: [{ value: snapshot.counters[name] }],
      }),
    ),
    ...distributionNames.map(
      (name): MetricFamily => ({
        name: prometheusName(name),
        type: 'histogram',
        help: distributions[name].help,
        samples: toBuckets(snapshot.distributions[name], distributions[name].unit),
      }),
    ),
    ...gaugeNames.flatMap((name): MetricFamily[] => {
      const value = snapshot.gauges[name]
      if (value === undefined) return []
      const { help, unit } = gauges[name]
      return [{ name: prometheusName(name), type: 'gauge', help, samples: [{ value: value / UNITS[unit].divisor }] }]
    }),
    ...(aliases === 'triton' ? tritonFamilies(snapshot) : []),
  ])
}

function toBuckets({ sum, longest, counts }: HistogramSnapshot, unit: keyof typeof BUCKETS): Sample[] {
  const { divisor } = UNITS[unit]
  let cell = 0
  let count = 0
  const upTo = (edge: number): number => {
    for (; cell < longest.length && (longest[cell] as number) <= edge; cell++) count += counts[cell] as number
    return count
  }
  return [
    ...BUCKETS[unit].map(edge => ({ suffix: '_bucket', labels: { le: String(edge / divisor) }, value: upTo(edge) })),
    { suffix: '_bucket', labels: { le: '+Inf' }, value: upTo(Number.POSITIVE_INFINITY) },
    { suffix: '_sum', value: sum / divisor },
    { suffix: '_count', value: count },
  ]
}
