import {
  type CounterName,
  counterNames,
  type DistributionName,
  distributionNames,
  distributions,
  type GaugeDefinition,
  type GaugeName,
  gauges,
} from '@scaling-mlops/core'

/** What a unit is called in Prometheus, and what a number of ours is divided by to be one of it. */
export const UNITS = {
  count: { suffix: '', divisor: 1 },
  percent: { suffix: '_percent', divisor: 1 },
  milliseconds: { suffix: '_seconds', divisor: 1000 },
} as const satisfies Record<GaugeDefinition['unit'], unknown>

/** `PredictionLatency` → `model_serving_prediction_latency_seconds`. */
export function prometheusName(metric: CounterName | DistributionName | GaugeName): string {
  const name = `model_serving${metric.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)}`
  if (isOneOf(counterNames, metric)) return `${name}_total`
  return name + UNITS[isOneOf(distributionNames, metric) ? distributions[metric].unit : gauges[metric].unit].suffix
}

function isOneOf<Name extends string>(names: readonly Name[], name: string): name is Name {
  return names.includes(name as Name)
}
