import { InvalidDataError } from '../errors.ts'
import type { CrossValidation } from '../evaluation/report.ts'
import type { Task } from '../manifest.ts'
import { crossValidate } from './cross-validate.ts'
import type { Dataset } from './dataset.ts'
import { type Fit, fit, type LearnerSettings } from './learner.ts'
import { scoreRows } from './score-rows.ts'
import { type Split, shuffledSplit, stratifiedSplit } from './split.ts'
import { taskOf } from './task.ts'

/** All that decides what comes out of a training beside the data. */
export type TrainingSettings = LearnerSettings & {
  /** `sklearn`: the rows of scikit-learn's shuffled split and folds. `stratified`: every class has its share. */
  readonly split: 'sklearn' | 'stratified'
  readonly testShare: number
  readonly seed: number
  /** 0: no cross-validation. */
  readonly folds: number
}

export type Training = Fit & {
  readonly task: Task
  readonly split: Split
  readonly crossValidation: CrossValidation | undefined
  /** The trainer's outputs of the test rows, in the split's order, row after row. */
  readonly testScores: Float64Array
}

/** Splits, cross-validates on the training rows, fits all of them and scores the test rows. Throws `invalid_data` where there are too few rows. */
export function train(
  dataset: Dataset,
  settings: TrainingSettings,
  onProgress: (done: string) => void = () => {},
): Training {
  const task = taskOf(dataset.target)
  const split = splitRows(dataset, settings)
  assertEnoughRows(dataset, split, settings)
  const crossValidation = settings.folds === 0 ? undefined : crossValidate(dataset, split.train, settings, onProgress)
  onProgress('fitting')
  const fitted = fit(dataset, split.train, settings)
  return { ...fitted, task, split, crossValidation, testScores: scoreRows(fitted.predictor, dataset, split.test) }
}

function splitRows({ rowCount, target, targets }: Dataset, { split, testShare, seed }: TrainingSettings): Split {
  return split === 'sklearn' || target.kind === 'number'
    ? shuffledSplit(rowCount, testShare, seed)
    : stratifiedSplit(targets, testShare, seed)
}

function assertEnoughRows({ rowCount, target, targets }: Dataset, split: Split, { folds }: TrainingSettings): void {
  const at = { source: 'the data' }
  if (split.train.length < Math.max(2, folds) || split.test.length === 0)
    throw new InvalidDataError(
      at,
      `${rowCount} rows leave ${split.train.length} to train on and ${split.test.length} to test on; ${folds > 0 ? `${folds} folds need at least ${folds} training rows: ask for fewer folds or` : 'two are needed:'} bring more rows`,
    )
  if (target.kind === 'number') return
  const present = new Set<number>()
  for (const row of split.train) present.add(targets[row] as number)
  const absent = target.values.filter((_, index) => !present.has(index)).map(({ value }) => value)
  if (absent.length > 0)
    throw new InvalidDataError(
      at,
      `no training row has the target ${absent.join(', ')}; bring more rows, or split with --split stratified`,
    )
}
