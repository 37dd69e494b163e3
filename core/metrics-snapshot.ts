import { createHistogram, type HistogramSnapshot } from './histogram.ts'
import {
  type CounterName,
  counterNames,
  type DistributionName,
  distributionNames,
  type GaugeName,
  gaugeNames,
  gauges,
} from './metric-definitions.ts'

/** All metrics at one moment, as plain data that processes can send each other. Gauges that nobody reads are absent. */
export type MetricsSnapshot = {
  readonly counters: Readonly<Record<CounterName, number>>
  readonly distributions: Readonly<Record<DistributionName, HistogramSnapshot>>
  readonly gauges: Readonly<Partial<Record<GaugeName, number>>>
}

/** The metrics of several processes as those of one; of none, zeros without gauges. */
export function mergeMetrics(snapshots: readonly MetricsSnapshot[]): MetricsSnapshot {
  return {
    counters: record(counterNames, name => total(snapshots.map(({ counters }) => counters[name]))),
    distributions: record(distributionNames, name => {
      const merged = createHistogram()
      for (const { distributions } of snapshots) merged.add(distributions[name])
      return merged.snapshot()
    }),
    gauges: record(gaugeNames, name => {
      const values = snapshots.flatMap(snapshot => snapshot.gauges[name] ?? [])
      return values.length === 0 ? undefined : across[gauges[name].across](values)
    }),
  }
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0)

const across = {
  sum: total,
  mean: (values: readonly number[]): number => total(values) / values.length,
  most: (values: readonly number[]): number => Math.max(...values),
}

function record<Name extends string, Value>(
  names: readonly Name[],
  find: (name: Name) => Value | undefined,
): Record<Name, Value> {
  return Object.fromEntries(
    names.flatMap(name => {
      const value = find(name)
      return value === undefined ? [] : [[name, value]]
    }),
  ) as Record<Name, Value>
}
