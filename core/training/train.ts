import { CoreError, InvalidDataError } from '../errors.ts'
import { METRICS } from '../evaluation/metric.ts'
import type { CrossValidation } from '../evaluation/report.ts'
import type { Task } from '../manifest.ts'
import { crossValidate } from './cross-validate.ts'
import type { Dataset } from './dataset.ts'
import { type Fit, fit, type LearnerSettings } from './learner.ts'
import { scoreRows } from './score-rows.ts'
import { type Split, shuffledSplit, stratifiedSplit } from './split.ts'
import { taskOf } from './task.ts'

export type SplitSettings = Pick<TrainingSettings, 'split' | 'testShare' | 'seed'>

/** All that decides what comes out of a training beside the data. */
export type TrainingSettings = {
  /** Where there are several, cross-validation chooses the best, the earlier of equals. */
  readonly candidates: readonly LearnerSettings[]
  /** `sklearn`: the rows of scikit-learn's shuffled split and folds. `stratified`: every class has its share. */
  readonly split: 'sklearn' | 'stratified'
  readonly testShare: number
  readonly seed: number
  /** 0: no cross-validation. */
  readonly folds: number
  /** Of a binary decision. */
  readonly threshold: number
}

export type Candidate = { readonly settings: LearnerSettings; readonly crossValidation: CrossValidation }

export type Training = Fit & {
  readonly task: Task
  readonly split: Split
  readonly chosen: LearnerSettings
  /** Of the settings that were chosen. */
  readonly crossValidation: CrossValidation | undefined
  /** What was chosen from; empty where there was no choice. */
  readonly tried: readonly Candidate[]
  /** The trainer's outputs of the test rows, in the split's order, row after row. */
  readonly testScores: Float64Array
}

/** Splits, cross-validates on the training rows, fits all of them and scores the test rows. Throws `invalid_data` where there are too few rows. */
export function train(
  dataset: Dataset,
  settings: TrainingSettings,
  onProgress: (doing: string) => void = () => {},
): Training {
  const task = taskOf(dataset.target, settings.threshold)
  const split = splitRows(dataset, settings)
  assertEnoughRows(dataset, split, settings)
  const tried = settings.folds === 0 ? [] : tryAll(dataset, split.train, settings, onProgress)
  const best = tried.reduce<Candidate | undefined>(
    (best, next) => (best && !isBetter(next, best) ? best : next),
    undefined,
  )
  const chosen = best?.settings ?? onlyCandidate(settings)
  const fitted = fit(dataset, split.train, chosen, done => onProgress(`fitting, ${done}`))
  return {
    ...fitted,
    task,
    split,
    chosen,
    crossValidation: best?.crossValidation,
    tried: tried.length > 1 ? tried : [],
    testScores: scoreRows(fitted.predictor, dataset, split.test),
  }
}

function tryAll(
  dataset: Dataset,
  rows: Uint32Array,
  { candidates, ...settings }: TrainingSettings,
  onProgress: (doing: string) => void,
): Candidate[] {
  return candidates.map((candidate, index) => ({
    settings: candidate,
    crossValidation: crossValidate(dataset, rows, candidate, settings, doing =>
      onProgress(candidates.length > 1 ? `candidate ${index + 1} of ${candidates.length}: ${doing}` : doing),
    ),
  }))
}

function isBetter({ crossValidation: a }: Candidate, { crossValidation: b }: Candidate): boolean {
  return METRICS[a.metric].better === 'higher' ? a.mean > b.mean : a.mean < b.mean
}

function onlyCandidate({ candidates }: TrainingSettings): LearnerSettings {
  const [only, ...more] = candidates
  if (only === undefined || more.length > 0)
    throw new CoreError(
      'invalid_data',
      'choosing between several settings needs cross-validation: ask for two folds or more',
    )
  return only
}

/** The rows that are kept for the test and those to train on; the same data and settings give the same rows. */
export function splitRows({ rowCount, target, targets }: Dataset, { split, testShare, seed }: SplitSettings): Split {
  return split === 'sklearn' || target.kind === 'number'
    ? shuffledSplit(rowCount, testShare, seed)
    : stratifiedSplit(targets, testShare, seed)
}

function assertEnoughRows(
  { source, rowCount, target, targets }: Dataset,
  split: Split,
  { folds }: TrainingSettings,
): void {
  const { train, test } = split
  if (train.length < Math.max(2, folds) || test.length === 0)
    throw new InvalidDataError(
      { source },
      `${rowCount} rows leave ${train.length} to train on and ${test.length} to test on, and ${folds} folds need at least ${Math.max(2, folds)} training rows; bring more rows, or ask for fewer folds (--cv)`,
    )
  if (target.kind === 'number') return
  const counts = new Array<number>(target.values.length).fill(0)
  for (const row of train) counts[targets[row] as number] = (counts[targets[row] as number] as number) + 1
  target.values.forEach(({ value }, index) => {
    const count = counts[index] as number
    if (count < Math.max(1, folds))
      throw new InvalidDataError(
        { source, column: target.name },
        `${count} of the training rows ${count === 1 ? 'is' : 'are'} "${value}", too few for ${folds} folds; bring more such rows, leave them out, or ask for fewer folds (--cv)`,
      )
  })
}
