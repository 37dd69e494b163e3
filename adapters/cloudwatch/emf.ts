import type { MetricsSnapshot } from '@scaling-mlops/core'
import { DIMENSION, inParts, isDistribution, type MetricData, NAMESPACE, toMetricData } from './metric-data.ts'

export type EmfOptions = {
  readonly environmentName: string
  /** Milliseconds since 1970. */
  readonly at: number
}

/** What CloudWatch takes for one metric of one line; it keeps a line below the 4,096 bytes that a pipe takes in one piece as well. */
const MOST_VALUES = 100

/**
 * What was counted in an interval (`metricsBetween`) as lines of CloudWatch's embedded metric format, each with its line feed. Whoever writes
 * them to standard output where CloudWatch Logs listens needs neither credentials nor an SDK. Distributions keep their percentiles.
 */
export function toEmf(counted: MetricsSnapshot, { environmentName, at }: EmfOptions): string[] {
  const data = toMetricData(counted)
  const distributions = inParts(
    data.filter(({ name }) => isDistribution(name)),
    MOST_VALUES,
  )
  // a metric may stand in a line once, so each part of a distribution has its own
  return [data.filter(({ name }) => !isDistribution(name)), ...distributions.map(part => [part])].map(metrics =>
    toLine(metrics, environmentName, at),
  )
}

function toLine(metrics: readonly MetricData[], environmentName: string, at: number): string {
  const directive = {
    Namespace: NAMESPACE,
    Dimensions: [[DIMENSION]],
    Metrics: metrics.map(({ name, unit }) => ({ Name: name, Unit: unit, StorageResolution: 1 })),
  }
  const targets = metrics.map(({ name, values, counts }) => [name, toTarget(values, counts)])
  const line = {
    _aws: { Timestamp: Math.round(at), CloudWatchMetrics: [directive] },
    [DIMENSION]: environmentName,
    ...Object.fromEntries(targets),
  }
  return `${JSON.stringify(line)}\n`
}

/** One value that came once is a number; others go as CloudWatch's agent and OpenTelemetry's exporter send them. */
function toTarget(values: readonly number[], counts: readonly number[]): unknown {
  if (values.length === 1 && counts[0] === 1) return values[0]
  return {
    Values: values,
    Counts: counts,
    Max: Math.max(...values),
    Min: Math.min(...values),
    Count: counts.reduce((total, count) => total + count, 0),
    Sum: values.reduce((total, value, index) => total + value * (counts[index] as number), 0),
  }
}
