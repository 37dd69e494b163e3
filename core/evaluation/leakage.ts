import { auc } from './binary-metrics.ts'
import type { FeatureProfile, Target } from './profile-feature.ts'
import { rankScores } from './ranked.ts'

/** Why a feature is suspected to have been written down after the fact, as the end of a sentence; undefined where it is not. */
export function leakReason(
  profile: FeatureProfile,
  targetEntropy: number,
  target: Target,
  column: ArrayLike<number>,
): string | undefined {
  if (profile.warnings.length > 0) return undefined
  if (targetEntropy > 0 && profile.mutualInformation >= 0.95 * targetEntropy)
    return `determines ${target.task.target} almost completely`
  if (profile.kind === 'number') {
    const alone = target.task.kind === 'binary' ? auc(rankScores(target.values, column)) : 0.5
    const straight = Math.abs(profile.correlation ?? 0) >= 0.999
    return Math.abs(alone - 0.5) > 0.495 || straight ? `determines ${target.task.target} almost completely` : undefined
  }
  if (target.task.kind !== 'binary' || target.rate === undefined) return undefined
  for (const { value, rows, rate } of profile.values) {
    if (rows < 50 || (rate !== 0 && rate !== 1)) continue
    // of a rare target 50 rows without a case are no surprise: chance is ruled out first
    const byChance = (rate === 1 ? target.rate : 1 - target.rate) ** rows
    if (byChance < 1e-6)
      return `"${value}" has ${rate === 1 ? 'only' : 'no'} rows with ${target.task.target} = ${target.task.positive} among ${rows}`
  }
  return undefined
}
