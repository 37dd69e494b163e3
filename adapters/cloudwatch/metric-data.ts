import {
  type DistributionName,
  distributionNames,
  distributions,
  type GaugeDefinition,
  type GaugeName,
  gaugeNames,
  gauges,
  type MetricsSnapshot,
  type PushedMetric,
  pushedMetrics,
} from '@scaling-mlops/core'

/** Where the metrics are found in CloudWatch, with `EnvironmentName` as the only dimension: each further one would be paid for. */
export const NAMESPACE = 'ModelServing'
export const DIMENSION = 'EnvironmentName'

/** One metric of one interval as CloudWatch takes it: values, and how often each came. */
export type MetricData = {
  readonly name: PushedMetric
  readonly unit: 'Count' | 'Percent' | 'Milliseconds'
  readonly values: readonly number[]
  readonly counts: readonly number[]
}

const UNITS = { count: 'Count', percent: 'Percent', milliseconds: 'Milliseconds' } as const satisfies Record<
  GaugeDefinition['unit'],
  MetricData['unit']
>

/**
 * What was counted in an interval, metric by metric. A counter is one value, also where it is zero: an alarm must tell nothing wrong from nothing
 * there. A distribution in which nothing was observed is absent, since no latency is not a latency of zero.
 */
export function toMetricData({ counters, distributions: observed, gauges: readings }: MetricsSnapshot): MetricData[] {
  return pushedMetrics.flatMap((name): MetricData[] => {
    if (isGauge(name)) {
      const value = readings[name]
      if (value === undefined || !Number.isFinite(value)) return []
      return [{ name, unit: UNITS[gauges[name].unit], values: [value], counts: [1] }]
    }
    if (!isDistribution(name)) return [{ name, unit: 'Count', values: [counters[name]], counts: [1] }]
    const { longest, counts } = observed[name]
    return longest.length === 0 ? [] : [{ name, unit: UNITS[distributions[name].unit], values: longest, counts }]
  })
}

/** The same data with no more than so many values each: CloudWatch adds the parts of a metric up. */
export function inParts(data: readonly MetricData[], mostValues: number): MetricData[] {
  return data.flatMap(({ values, counts, ...metric }) =>
    Array.from({ length: Math.ceil(values.length / mostValues) }, (_, part) => {
      const [start, end] = [part * mostValues, (part + 1) * mostValues]
      return { ...metric, values: values.slice(start, end), counts: counts.slice(start, end) }
    }),
  )
}

function isGauge(name: PushedMetric): name is PushedMetric & GaugeName {
  return gaugeNames.includes(name as GaugeName)
}

export function isDistribution(name: PushedMetric): name is PushedMetric & DistributionName {
  return distributionNames.includes(name as DistributionName)
}
