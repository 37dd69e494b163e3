import type { Check } from '../soak/soak.ts'
import { slowRow, writeSlowModel } from '../support/slow-model.ts'
import { checkOverload, measurePeak, openVictim, overload } from './overload-run.ts'

const BUDGET_MS = 500

/** Three times the capacity of a model that takes 5 ms a row. */
export async function overloadSlow(seconds: number, say: (line: string) => void): Promise<Check[]> {
  await using model = await writeSlowModel(5)
  await using victim = await openVictim(JSON.stringify(slowRow), BUDGET_MS, { MODEL_REPOSITORY: model.repository })
  const { perSecond: peak } = await measurePeak(victim, 16, 4)
  say(`a row takes ${model.millisecondsPerRow.toFixed(1)} ms; peak ${peak.toFixed(0)} answers/s`)

  const result = await overload(victim, 3 * peak, seconds)
  const share = result.report.accepted.perSecond / peak
  return [
    {
      promise: 'slow model at 3 ×: goodput at least 90 % of the peak',
      measured: `${(share * 100).toFixed(1)} % of ${peak.toFixed(0)}/s`,
      holds: share >= 0.9,
    },
    ...checkOverload('slow model at 3 ×', BUDGET_MS, result),
  ]
}
