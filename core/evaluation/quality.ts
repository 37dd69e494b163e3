import type { Task } from '../manifest.ts'
import { auc } from './binary-metrics.ts'
import { predictedClasses } from './multiclass.ts'
import { rankScores } from './ranked.ts'
import { regressionFigures } from './regression-metrics.ts'
import { outputsPerRow } from './sample.ts'

/** The one figure by which slices and importance judge a model: AUC, accuracy or RMSE, by the kind of task. */
export type QualityName = 'auc' | 'accuracy' | 'rmse'

export function qualityName(task: Task): QualityName {
  return task.kind === 'binary' ? 'auc' : task.kind === 'multiclass' ? 'accuracy' : 'rmse'
}

/** That figure for rows; NaN where it is not defined. */
export function qualityOf(task: Task, targets: ArrayLike<number>, outputs: ArrayLike<number>): number {
  if (task.kind === 'binary') return auc(rankScores(targets, outputs))
  if (task.kind === 'regression') return regressionFigures(targets, outputs).rmse
  const predicted = predictedClasses({ targets, outputs, classes: outputsPerRow(task) })
  let hits = 0
  for (let row = 0; row < targets.length; row++) if (predicted[row] === targets[row]) hits++
  return hits / targets.length
}
