import { type Histogram, histogramBy, roundEdges } from './histogram.ts'
import { bootstrapIntervals } from './intervals.ts'
import { defined, type Metrics } from './metric.ts'
import { regressionFigures } from './regression-metrics.ts'
import { mean } from './sample.ts'

/** What is said of a model of a number beyond its metrics. */
export type RegressionEvaluation = {
  readonly unit?: string
  /** Predicted minus actual. */
  readonly residuals: Histogram
  /** At most 400 rows as [actual, predicted], taken at even steps of the actual value. */
  readonly scatter: readonly (readonly [actual: number, predicted: number])[]
}

/** Judges estimates of a number. `prior` is what a model without features would answer: the mean of the training rows. */
export function evaluateRegression(options: {
  readonly targets: ArrayLike<number>
  readonly outputs: ArrayLike<number>
  readonly prior?: number
  readonly unit?: string
  readonly random: () => number
}): { metrics: Metrics; evaluation: RegressionEvaluation } {
  const { targets, outputs, random } = options
  const rows = targets.length
  const prior = options.prior ?? mean(targets)
  const { r2, rmse, mae } = regressionFigures(targets, outputs)
  const uninformed = regressionFigures(targets, new Float64Array(rows).fill(prior))
  const [forR2, forRmse, forMae] = bootstrapIntervals({
    rows,
    random,
    statistics: weights => {
      const figures = regressionFigures(targets, outputs, weights)
      return [figures.r2, figures.rmse, figures.mae]
    },
  })
  const residuals = Float64Array.from({ length: rows }, (_, row) => (outputs[row] as number) - (targets[row] as number))
  const ascending = residuals.toSorted()

  return {
    metrics: defined({
      r2: { value: r2, interval: forR2, baseline: uninformed.r2 },
      rmse: { value: rmse, interval: forRmse, baseline: uninformed.rmse },
      mae: { value: mae, interval: forMae, baseline: uninformed.mae },
    }),
    evaluation: {
      ...(options.unit === undefined ? {} : { unit: options.unit }),
      residuals: histogramBy(residuals, roundEdges(ascending[0] as number, ascending.at(-1) as number)),
      scatter: scatterOf(targets, outputs),
    },
  }
}

function scatterOf(targets: ArrayLike<number>, outputs: ArrayLike<number>): (readonly [number, number])[] {
  const byActual = Array.from(targets, (target, row): readonly [number, number] => [target, outputs[row] as number])
  byActual.sort((a, b) => a[0] - b[0] || a[1] - b[1])
  const most = Math.min(400, byActual.length)
  return Array.from(
    { length: most },
    (_, point) => byActual[Math.floor(((point + 0.5) * byActual.length) / most)] as readonly [number, number],
  )
}
