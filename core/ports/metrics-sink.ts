import type { MetricsSnapshot } from '../metrics-snapshot.ts'

/** Where metrics are pushed to. */
export type MetricsSink = {
  /** Delivers what was counted since the last delivery, all of it or, rejecting, nothing; `at` is in milliseconds since 1970. */
  deliver(counted: MetricsSnapshot, at: number): Promise<void>
  close(): void
}
