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
  await using victim = await openVictim(toJsonBody(someRows(1)), BUDGET_MS)
  const peak = await measurePeak(victim, 64, 4)
  say(`peak ${peak.perSecond.toFixed(0)} answers/s, ${(peak.cpuSeconds * 1e6).toFixed(0)} µs of CPU each`)

  const checks: Check[] = []
  for (const load of LOADS) {
    const result = await overload(victim, load * peak.perSecond, seconds / LOADS.length)
    say(`${load} ×: ${curvePoint(load, peak, result)}`)
    if (load > 1) checks.push(...checkOverload(`churn at ${load} ×`, BUDGET_MS, result))
  }
  return checks
}

/** One point of the curve in words: goodput against what refusals of this price leave possible. */
function curvePoint(load: number, peak: Peak, { report, cpuSeconds }: Overload): string {
  const { answers, accepted, generator } = report
  const refused = answers - accepted.count
  const answering = accepted.count * peak.cpuSeconds
  const share = accepted.perSecond / peak.perSecond
  const words = [
    `goodput ${percent(share)} of the peak`,
    // where others take part of the server's core this still says how much of what it got was put to use
    `${percent(answering / cpuSeconds)} of its CPU time went into answers`,
  ]
  if (refused > answers * 0.01) {
    const cost = Math.max(0, (cpuSeconds - answering) / refused / peak.cpuSeconds)
    words.push(
      `a refusal costs ρ = ${cost.toFixed(2)} of an answer, so ${percent((1 - load * cost) / (1 - cost))} is possible`,
    )
  }
  if (generator.waited) words.push(`${generator.waited} requests waited for a connection`)
  return [...words, `client ${(generator.lateness ?? 0).toFixed(1)} ms late`].join('; ')
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}
