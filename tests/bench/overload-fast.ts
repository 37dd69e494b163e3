import { runClosedLoop } from '@scaling-mlops/adapters/load'
import type { Check } from '../soak/soak.ts'
import { checkOverload, measurePeak, type Overload, openVictim, overload, type Peak } from './overload-run.ts'
import { someRows, toJsonBody } from './workloads.ts'

const BUDGET_MS = 500
const LOADS = [1, 1.1, 1.25, 1.5] as const

/**
 * More requests than can be read, for a model of microseconds. A refusal costs the share ρ of an answer, so that at k times the peak no
 * more than (1 − kρ) / (1 − ρ) of it can be answered: ρ is measured and the curve held against that.
 */
export async function overloadFast(seconds: number, say: (line: string) => void): Promise<Check[]> {
  const body = toJsonBody(someRows(1))
  await using victim = await openVictim(body, BUDGET_MS)
  const peak = await measurePeak(victim, 64, 4)
  const refusal = (await measureRefusal(body, peak)) / peak.cpuSeconds
  say(
    `peak ${peak.perSecond.toFixed(0)} answers/s, ${(peak.cpuSeconds * 1e6).toFixed(0)} µs of CPU each; ` +
      `a refusal costs ρ = ${refusal.toFixed(2)} of that`,
  )

  const checks: Check[] = []
  for (const load of LOADS) {
    const result = await overload(victim, load * peak.perSecond, seconds / LOADS.length)
    say(`${load} ×: ${curvePoint(load, peak, refusal, result)}`)
    if (load > 1) checks.push(...checkOverload(`churn at ${load} ×`, BUDGET_MS, result))
  }
  return checks
}

/** CPU seconds of a refusal: of a server that lets in next to nobody, without what its few answers cost. */
async function measureRefusal(body: string, peak: Peak): Promise<number> {
  await using strict = await openVictim(body, BUDGET_MS, { MAX_LOOP_MS: '1' })
  const load = { target: strict.target, connections: 512, warmUpMs: 0 }
  await runClosedLoop({ ...load, durationMs: 2000 })
  const before = strict.server.cpuSeconds()
  const { answers, accepted } = await runClosedLoop({ ...load, durationMs: 3000 })
  const spent = strict.server.cpuSeconds() - before
  return Math.max(0, spent - accepted.count * peak.cpuSeconds) / (answers - accepted.count)
}

/** One point of the curve in words: goodput against what refusals of this price leave possible. */
function curvePoint(load: number, peak: Peak, refusal: number, { report, cpuSeconds }: Overload): string {
  const { accepted, statuses, generator } = report
  // where connections are full before anything is refused, callers wait for one, and a refusal's price plays no part
  const limit =
    statuses['429'] === undefined ? 'nothing was refused' : `${percent(possible(load, refusal))} is possible`
  const words = [
    `goodput ${percent(accepted.perSecond / peak.perSecond)} of the peak, where ${limit}`,
    // where others take part of the server's core this still says how much of what it got was put to use
    `${percent((accepted.count * peak.cpuSeconds) / cpuSeconds)} of its CPU time went into answers`,
    Object.entries(statuses)
      .map(([status, { count }]) => `${count} × ${status}`)
      .join(', '),
    `client ${(generator.lateness ?? 0).toFixed(1)} ms late`,
  ]
  if (generator.waited) words.push(`${generator.waited} requests waited for a connection`)
  return words.join('; ')
}

/** Of the peak, at so many times its load: what is left when all else is refused at the price ρ. */
function possible(load: number, refusal: number): number {
  return refusal < 1 ? Math.min(1, Math.max(0, (1 - load * refusal) / (1 - refusal))) : 0
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}
