import { qualityName, qualityOf } from '../evaluation/quality.ts'
import type { CrossValidation } from '../evaluation/report.ts'
import { type Dataset, targetsOf } from './dataset.ts'
import { fit, type LearnerSettings } from './learner.ts'
import { scoreRows } from './score-rows.ts'
import { type Split, shuffledFolds, stratifiedFolds } from './split.ts'
import { taskOf } from './task.ts'

export type FoldSettings = {
  readonly split: 'sklearn' | 'stratified'
  readonly folds: number
  readonly seed: number
}

/** Fits on all folds but one and measures on that one, for each fold of `rows` in the order given. */
export function crossValidate(
  dataset: Dataset,
  rows: Uint32Array,
  learner: LearnerSettings,
  settings: FoldSettings,
  onProgress: (done: string) => void = () => {},
): CrossValidation {
  const task = taskOf(dataset.target)
  const scores = foldsOf(dataset, rows, settings).map(({ train, test }, index) => {
    const { predictor } = fit(dataset, pick(rows, train), learner, done =>
      onProgress(`cross-validation ${index + 1} of ${settings.folds}, ${done}`),
    )
    const held = pick(rows, test)
    return qualityOf(task, targetsOf(dataset, held), scoreRows(predictor, dataset, held))
  })
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length
  const variance = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / scores.length
  return { metric: qualityName(task), scores, mean, standardDeviation: Math.sqrt(variance) }
}

function foldsOf({ target, targets }: Dataset, rows: Uint32Array, { split, folds, seed }: FoldSettings): Split[] {
  return split === 'sklearn' || target.kind === 'number'
    ? shuffledFolds(rows.length, folds, seed)
    : stratifiedFolds(
        Uint8Array.from(rows, row => targets[row] as number),
        folds,
        seed,
      )
}

function pick(rows: Uint32Array, places: Uint32Array): Uint32Array {
  return places.map(place => rows[place] as number)
}
