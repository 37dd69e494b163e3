import type { Check } from '../soak/soak.ts'
import { slowRow, writeSlowModel } from '../support/slow-model.ts'
import { checkOverload, measurePeak, openVictim, overload, type Victim } from './overload-run.ts'
import { median } from './statistics.ts'

const BUDGET_MS = 500
const TIMES = 3
const PEAK_SECONDS = 3
const STRETCH_SECONDS = 10
const STRETCHES = 5
/** Of the same load, before anything is measured: the heap of a server that has just started grows to the size that it works with. */
const WARM_UP_SECONDS = 60

/** Three times the capacity of a model that takes 5 ms a row. */
export async function overloadSlow(seconds: number, say: (line: string) => void): Promise<Check[]> {
  await using model = await writeSlowModel(5)
  await using victim = await openVictim(JSON.stringify(slowRow), BUDGET_MS, { MODEL_REPOSITORY: model.repository })
  const { perSecond: peak } = await measurePeak(victim, 16, PEAK_SECONDS)
  say(`a row takes ${model.millisecondsPerRow.toFixed(1)} ms; peak ${peak.toFixed(0)} answers/s`)
  await overload(victim, TIMES * peak, Math.min(WARM_UP_SECONDS, seconds))
  const result = await overload(victim, TIMES * peak, seconds)
  const { report } = result
  say(`${seconds} s of ${(TIMES * peak).toFixed(0)} requests/s: ${report.accepted.perSecond.toFixed(0)} answers/s`)
  const shares = await measureGoodput(victim, say)
  return [
    {
      promise: 'slow model at 3 ×: goodput at least 90 % of the peak',
      measured: `${(median(shares) * 100).toFixed(1)} %, the median of ${STRETCHES} stretches of ${STRETCH_SECONDS} s`,
      holds: median(shares) >= 0.9,
      isSpeed: true,
    },
    ...checkOverload('slow model at 3 ×', BUDGET_MS, result),
  ]
}

/** Stretches of overload, each held against the peaks just before and after it: a machine that others use changes its speed within a minute. */
async function measureGoodput(victim: Victim, say: (line: string) => void): Promise<number[]> {
  const shares: number[] = []
  let { perSecond: before } = await measurePeak(victim, 16, PEAK_SECONDS)
  while (shares.length < STRETCHES) {
    const { report } = await overload(victim, TIMES * before, STRETCH_SECONDS)
    const { perSecond: after } = await measurePeak(victim, 16, PEAK_SECONDS)
    const share = (2 * report.accepted.perSecond) / (before + after)
    say(
      `${report.accepted.perSecond.toFixed(0)} answers/s between peaks of ${before.toFixed(0)} and ${after.toFixed(0)}: ${(share * 100).toFixed(1)} %`,
    )
    shares.push(share)
    before = after
  }
  return shares
}
