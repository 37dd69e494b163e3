import type { FeatureTable } from '../feature-table.ts'
import type { Task } from '../manifest.ts'
import { quantileEdges, upperBound } from './histogram.ts'
import { entropy } from './information.ts'
import { leakReason } from './leakage.ts'
import {
  BINS,
  countTable,
  type FeatureProfile,
  profileCategory,
  profileNumber,
  type Target,
} from './profile-feature.ts'
import { classNames, mean, type Sample } from './sample.ts'

/** What the training rows say before any model. */
export type DataProfile = {
  readonly rows: number
  /** Names of the groups in counts and histograms; empty for regression. */
  readonly classes: readonly string[]
  /** Rows by class; empty for regression. */
  readonly classCounts: readonly number[]
  /** Positive share or mean of the target over all rows; absent for more than two classes. */
  readonly rate?: number
  /** What there is to know about the target, in nats. */
  readonly targetEntropy: number
  readonly features: readonly FeatureProfile[]
}

/** Profiles every feature of the training rows. `missing`: blank cells of the source by feature, in table order. */
export function profileOf(
  table: FeatureTable,
  task: Task,
  { columns, targets }: Sample,
  missing: ArrayLike<number> = [],
): DataProfile {
  const rows = targets.length
  const classes = task.kind === 'regression' ? [] : classNames(task)
  const edges = task.kind === 'regression' ? quantileEdges(targets, BINS) : []
  const target: Target = {
    task,
    values: targets,
    groups: task.kind === 'regression' ? edges.length + 1 : classes.length,
    groupOf: row => (task.kind === 'regression' ? upperBound(edges, targets[row] as number) : (targets[row] as number)),
    ...(task.kind === 'multiclass' ? {} : { rate: mean(targets) }),
  }
  const counts = countTable(1, target, () => 0, rows)[0] as number[]
  const targetEntropy = entropy(counts)
  return {
    rows,
    classes,
    classCounts: task.kind === 'regression' ? [] : counts,
    ...(target.rate === undefined ? {} : { rate: target.rate }),
    targetEntropy,
    features: table.map((feature, index) => {
      const column = columns[index] as ArrayLike<number>
      const head = { feature: feature.name, rows, missing: missing[index] ?? 0 }
      const profile =
        feature.kind === 'number' ? profileNumber(head, column, target) : profileCategory(feature, head, column, target)
      return withLeakWarning(profile, targetEntropy, target, column)
    }),
  }
}

/** A feature that tells the target almost alone was probably written down after the fact. */
function withLeakWarning<Profile extends FeatureProfile>(
  profile: Profile,
  targetEntropy: number,
  target: Target,
  column: ArrayLike<number>,
): Profile {
  const reason = leakReason(profile, targetEntropy, target, column)
  if (reason === undefined) return profile
  const message = `${profile.feature} ${reason}; check that it is known before ${target.task.target} is`
  return { ...profile, warnings: [...profile.warnings, { code: 'leak', message }] }
}
