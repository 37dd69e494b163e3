import type { Metrics } from './ports/metrics.ts'

/** Told of every request that begins and ends, whatever door it came through. */
export type RequestsInFlight = {
  begin(): void
  end(): void
}

/** Counts them for the gauge `InFlight`. */
export function countRequestsInFlight(metrics: Metrics): RequestsInFlight {
  let inFlight = 0
  metrics.gauge('InFlight', () => inFlight)
  return {
    begin() {
      inFlight++
    },
    end() {
      inFlight--
    },
  }
}
