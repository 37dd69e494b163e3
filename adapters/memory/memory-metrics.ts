import {
  type CounterName,
  counterNames,
  createHistogram,
  type DistributionName,
  distributionNames,
  type GaugeName,
  type Histogram,
  type Metrics,
  type MetricsSnapshot,
} from '@scaling-mlops/core'

export type MemoryMetrics = Metrics & {
  /** The counter's total so far. */
  total(name: CounterName): number
  /** How many values a distribution has been given, and their sum. */
  summary(name: DistributionName): { readonly count: number; readonly sum: number }
  /** Everything as it is now: what exporters build on. */
  snapshot(): MetricsSnapshot
}

/** Totals since the process began. */
export function createMemoryMetrics(): MemoryMetrics {
  const totals = Object.fromEntries(counterNames.map(name => [name, 0])) as Record<CounterName, number>
  const histograms = Object.fromEntries(distributionNames.map(name => [name, createHistogram()])) as Record<
    DistributionName,
    Histogram
  >
  const readings: Partial<Record<GaugeName, () => number | undefined>> = {}
  return {
    count(name, by = 1) {
      totals[name] += by
    },
    observe(name, value) {
      histograms[name].record(value)
    },
    gauge(name, read) {
      readings[name] = read
    },
    total: name => totals[name],
    summary: name => ({ count: histograms[name].count, sum: histograms[name].sum }),
    snapshot: () => ({
      counters: { ...totals },
      distributions: mapValues(histograms, histogram => histogram.snapshot()),
      gauges: known(mapValues(readings, read => read())),
    }),
  }
}

function known<Name extends string>(values: Record<Name, number | undefined>): Partial<Record<Name, number>> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<
    Record<Name, number>
  >
}

function mapValues<Name extends string, From, To>(
  entries: Partial<Record<Name, From>>,
  convert: (value: From) => To,
): Record<Name, To> {
  return Object.fromEntries(Object.entries(entries).map(([name, value]) => [name, convert(value as From)])) as Record<
    Name,
    To
  >
}
