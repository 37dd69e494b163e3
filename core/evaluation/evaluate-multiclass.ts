import { rowLogLoss } from './binary-metrics.ts'
import { bootstrapIntervals } from './intervals.ts'
import { defined, type Metrics } from './metric.ts'
import { type ClassScore, classScores, confusionMatrix, multiclassLogLoss, predictedClasses } from './multiclass.ts'
import { mean, weightedMean } from './sample.ts'

/** What is said of a model of several classes beyond its metrics. */
export type MulticlassEvaluation = {
  readonly classes: readonly (ClassScore & { readonly name: string })[]
  /** `confusion[truth][prediction]`: rows, in the order of `classes`. */
  readonly confusion: readonly (readonly number[])[]
}

/** Judges probabilities of several classes. `priors` are the shares that a model without features would answer. */
export function evaluateMulticlass(options: {
  readonly targets: ArrayLike<number>
  readonly outputs: ArrayLike<number>
  readonly classes: readonly string[]
  readonly priors?: readonly number[]
  readonly random: () => number
}): { metrics: Metrics; evaluation: MulticlassEvaluation } {
  const { targets, outputs, random } = options
  const width = options.classes.length
  const rows = { targets, outputs, classes: width }
  const predicted = predictedClasses(rows)
  const confusion = confusionMatrix(targets, predicted, width)
  const scores = classScores(rows, confusion)
  const count = targets.length
  const priors = options.priors ?? scores.map(score => score.rows / count)
  const usual = priors.indexOf(Math.max(...priors))

  const hits = Uint8Array.from(predicted, (index, row) => (index === targets[row] ? 1 : 0))
  const losses = Float64Array.from(predicted, (_, row) =>
    rowLogLoss(1, outputs[row * width + (targets[row] as number)] as number),
  )
  const [forAccuracy, forLogLoss] = bootstrapIntervals({
    rows: count,
    random,
    statistics: weights => [weightedMean(hits, weights), weightedMean(losses, weights)],
  })
  const areas = scores.flatMap(score => score.auc ?? [])

  return {
    metrics: defined({
      auc: { value: mean(areas), baseline: 0.5 },
      logLoss: {
        value: multiclassLogLoss(rows),
        interval: forLogLoss,
        baseline: scores.reduce(
          (sum, score, index) => sum + (score.rows / count) * rowLogLoss(1, priors[index] as number),
          0,
        ),
      },
      accuracy: { value: mean(hits), interval: forAccuracy, baseline: (scores[usual]?.rows ?? 0) / count },
      macroF1: { value: mean(scores.map(score => score.f1)) },
      weightedF1: { value: scores.reduce((sum, score) => sum + score.f1 * score.rows, 0) / count },
    }),
    evaluation: {
      classes: scores.map((score, index) => ({ name: options.classes[index] as string, ...score })),
      confusion,
    },
  }
}
