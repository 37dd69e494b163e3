import type { MetricsSnapshot } from '../metrics-snapshot.ts'

export type Health = { readonly state: 'healthy' | 'degraded'; readonly reasons: readonly string[] }

/** Percent of the workers' time beyond which requests begin to wait. */
const SATURATED = 90

/** How the server is, by what was counted in the last minute: degraded where somebody did not get an answer, or soon will not. */
export function judgeHealth({ counters, gauges }: MetricsSnapshot): Health {
  const { Rejected, Failed, DeadLettered } = counters
  const busy = gauges.WorkerUtilization ?? 0
  const reasons = [
    ...(Rejected > 0 ? [`${many(Rejected, 'row')} refused in the last minute`] : []),
    ...(Failed > 0 ? [`${many(Failed, 'row')} failed in the last minute`] : []),
    ...(DeadLettered > 0 ? [`${many(DeadLettered, 'record')} given up in the last minute`] : []),
    ...(busy > SATURATED ? [`workers are ${Math.round(busy)} % busy`] : []),
  ]
  return { state: reasons.length === 0 ? 'healthy' : 'degraded', reasons }
}

function many(count: number, noun: string): string {
  return count === 1 ? `1 ${noun} was` : `${count} ${noun}s were`
}
