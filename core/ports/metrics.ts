import type { CounterName, DistributionName, GaugeName } from '../metric-definitions.ts'

/** Numbers about the work done, counted in memory: recording never throws, never waits. Units are part of a metric's definition, not of its calls. */
export type Metrics = {
  /** Adds to a counter that only grows. */
  count(name: CounterName, by?: number): void
  /** Adds one value to a distribution. */
  observe(name: DistributionName, value: number): void
  /** Says how a gauge is read, which happens whenever somebody wants to know and costs nothing in between; undefined while nobody knows. */
  gauge(name: GaugeName, read: () => number | undefined): void
}
