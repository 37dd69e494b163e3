import type { HistogramSnapshot } from './histogram.ts'
import { counterNames, distributionNames } from './metric-definitions.ts'
import type { MetricsSnapshot } from './metrics-snapshot.ts'

/** What was counted between two snapshots of the same metrics, with the gauges of the later one. Nothing counts less than zero. */
export function metricsBetween(earlier: MetricsSnapshot, later: MetricsSnapshot): MetricsSnapshot {
  return {
    counters: from(counterNames, name => Math.max(0, later.counters[name] - earlier.counters[name])),
    distributions: from(distributionNames, name => between(earlier.distributions[name], later.distributions[name])),
    gauges: later.gauges,
  }
}

function between(earlier: HistogramSnapshot, later: HistogramSnapshot): HistogramSnapshot {
  const counted = new Map(earlier.longest.map((longest, index) => [longest, earlier.counts[index] as number]))
  const longest: number[] = []
  const counts: number[] = []
  for (const [index, edge] of later.longest.entries()) {
    const count = (later.counts[index] as number) - (counted.get(edge) ?? 0)
    if (count <= 0) continue
    longest.push(edge)
    counts.push(count)
  }
  return { sum: Math.max(0, later.sum - earlier.sum), longest, counts }
}

function from<Name extends string, Value>(names: readonly Name[], find: (name: Name) => Value): Record<Name, Value> {
  return Object.fromEntries(names.map(name => [name, find(name)])) as Record<Name, Value>
}
