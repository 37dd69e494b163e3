import type { Metrics } from './ports/metrics.ts'

/** Metrics that keep the port's promise whatever is behind it: a number that cannot be recorded is lost, and nothing else. */
export function neverThrowing(metrics: Metrics): Metrics {
  return {
    count(name, by) {
      try {
        metrics.count(name, by)
      } catch {}
    },
    observe(name, value) {
      try {
        metrics.observe(name, value)
      } catch {}
    },
    gauge(name, read) {
      try {
        metrics.gauge(name, read)
      } catch {}
    },
  }
}
