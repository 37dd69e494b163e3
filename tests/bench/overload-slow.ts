import type { Check } from '../soak/soak.ts'
import { slowRow, writeSlowModel } from '../support/slow-model.ts'
import { checkOverload, measurePeak, openVictim, overload } from './overload-run.ts'

const BUDGET_MS = 500
/** The peak after the load against before it: beyond this the machine was not the same one, and the load not three times its capacity. */
const STEADY = 0.15
const ATTEMPTS = 3
const PEAK_SECONDS = 9
/** Of the same load, before anything is measured: the heap of a server that has just started grows to the size that it works with. */
const WARM_UP_SECONDS = 40

/** Three times the capacity of a model that takes 5 ms a row. */
export async function overloadSlow(seconds: number, say: (line: string) => void): Promise<Check[]> {
  await using model = await writeSlowModel(5)
  await using victim = await openVictim(JSON.stringify(slowRow), BUDGET_MS, { MODEL_REPOSITORY: model.repository })
  for (let attempt = 1; ; attempt++) {
    const { perSecond: before } = await measurePeak(victim, 16, PEAK_SECONDS)
    say(`a row takes ${model.millisecondsPerRow.toFixed(1)} ms; peak ${before.toFixed(0)} answers/s`)
    if (attempt === 1) await overload(victim, 3 * before, Math.min(WARM_UP_SECONDS, seconds))
    const result = await overload(victim, 3 * before, seconds)
    const { perSecond: after } = await measurePeak(victim, 16, PEAK_SECONDS)
    if (Math.abs(after / before - 1) > STEADY && attempt < ATTEMPTS) {
      say(`the peak went to ${after.toFixed(0)}/s: the machine is not steady, once more`)
      continue
    }
    const peak = (before + after) / 2
    const share = result.report.accepted.perSecond / peak
    return [
      {
        promise: 'slow model at 3 ×: goodput at least 90 % of the peak',
        measured: `${(share * 100).toFixed(1)} % of ${peak.toFixed(0)}/s`,
        holds: share >= 0.9,
        isSpeed: true,
      },
      ...checkOverload('slow model at 3 ×', BUDGET_MS, result),
    ]
  }
}
