import {
  type CounterName,
  counterNames,
  type DistributionName,
  distributionNames,
  type GaugeDefinition,
  type GaugeName,
  gauges,
} from '@scaling-mlops/core'

/** What a gauge's unit is called in Prometheus, and what makes a number of ours one of it. */
export const UNITS = {
  count: { suffix: '', factor: 1 },
  percent: { suffix: '_percent', factor: 1 },
  milliseconds: { suffix: '_seconds', factor: 1 / 1000 },
} as const satisfies Record<GaugeDefinition['unit'], unknown>

/** `PredictionLatency` → `model_serving_prediction_latency_seconds`. */
export function prometheusName(metric: CounterName | DistributionName | GaugeName): string {
  const name = `model_serving${metric.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)}`
  if (isOneOf(counterNames, metric)) return `${name}_total`
  if (isOneOf(distributionNames, metric)) return `${name}_seconds`
  return name + UNITS[gauges[metric].unit].suffix
}

function isOneOf<Name extends string>(names: readonly Name[], name: string): name is Name {
  return names.includes(name as Name)
}
