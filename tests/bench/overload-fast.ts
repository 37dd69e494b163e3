import type { Check } from '../soak/soak.ts'
import { checkOverload, measurePeak, type Overload, openVictim, overload } from './overload-run.ts'
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
    const cost = refusalCost(result, peak.cpuSeconds)
    const share = result.report.accepted.perSecond / peak.perSecond
    const possible = Number.isNaN(cost) ? 1 : Math.max(0, (1 - load * cost) / (1 - cost))
    const { generator } = result.report
    say(
      `${load} ×: goodput ${(share * 100).toFixed(1)} %, ρ ${cost.toFixed(2)}, possible ${(possible * 100).toFixed(1)} %; ` +
        `client ${(generator.lateness ?? 0).toFixed(1)} ms late, ${generator.waited} waited for a connection`,
    )
    if (load > 1) checks.push(...checkOverload(`churn at ${load} ×`, BUDGET_MS, result))
  }
  return checks
}

/** What a refusal cost the server, as a share of an answer; NaN where too few were refused to tell. */
function refusalCost({ report, cpuSeconds }: Overload, answerSeconds: number): number {
  const refused = report.answers - report.accepted.count
  if (refused < report.answers * 0.01) return Number.NaN
  return Math.max(0, (cpuSeconds - report.accepted.count * answerSeconds) / refused / answerSeconds)
}
