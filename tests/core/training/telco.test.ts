import { columnsOf } from '@scaling-mlops/core'
import { type Dataset, judge, type LinearModel, type TrainingSettings, train } from '@scaling-mlops/core/training'
import { beforeAll, describe, expect, it } from 'vitest'
import { loadTelco, telcoReference } from '../../support/telco.ts'

const settings = {
  candidates: [{ algorithm: 'linear', c: 1 }],
  split: 'sklearn',
  testShare: 0.2,
  seed: 1,
  folds: 5,
  threshold: 0.5,
} satisfies TrainingSettings

describe('training on the churn data agrees with scikit-learn', () => {
  let dataset: Dataset
  let training: ReturnType<typeof train>
  let model: LinearModel
  beforeAll(async () => {
    dataset = await loadTelco()
    training = train(dataset, settings)
    model = training.model as LinearModel
  })

  it('in every coefficient and the intercept', () => {
    const columns = columnsOf(dataset.table)
    const coefficients = model.coefficients[0] ?? []

    expect([...columns].sort()).toEqual(Object.keys(telcoReference.coefficients).sort())
    columns.forEach((column, index) => {
      expect(Math.abs(Number(coefficients[index]) - Number(telcoReference.coefficients[column])), column).toBeLessThan(
        1e-5,
      )
    })
    expect(model.intercepts[0]).toBeCloseTo(telcoReference.intercept, 5)
    expect(training.facts).toMatchObject({ converged: true })
  })

  it('in the scores of the folds', () => {
    const { scores, mean, standardDeviation } = training.crossValidation ?? {
      scores: [],
      mean: 0,
      standardDeviation: 0,
    }

    expect(scores.length).toBe(5)
    scores.forEach((auc, fold) => {
      expect(auc).toBeCloseTo(telcoReference.foldAucs[fold] ?? 0, 6)
    })
    expect(mean).toBeCloseTo(0.84186, 4)
    expect(standardDeviation).toBeCloseTo(0.00686, 4)
  })

  it('in the probabilities of the test rows', () => {
    telcoReference.firstTestProbabilities.forEach((probability, row) => {
      expect(training.testScores[row]).toBeCloseTo(probability, 6)
    })
  })

  it('in AUC and log loss of the test', async () => {
    const about = { name: 'churn', version: 1, title: 'Churn', algorithm: training.algorithm }
    const { report } = await judge(dataset, training, { manifest: about, data: { name: 'telco', sha256: '' }, seed: 1 })

    expect(Math.abs(Number(report.metrics.auc?.value) - telcoReference.test.auc)).toBeLessThan(1e-4)
    expect(Math.abs(Number(report.metrics.logLoss?.value) - telcoReference.test.logLoss)).toBeLessThan(1e-4)
  })

  it('and its coefficients of each full one-hot group sum to zero', () => {
    let column = 0
    for (const feature of dataset.table) {
      const width = feature.kind === 'number' ? 1 : feature.values.length
      const sum = model.coefficients[0]?.slice(column, column + width).reduce((sum, value) => sum + value, 0)
      if (feature.kind === 'category') expect(sum, feature.name).toBeCloseTo(0, 8)
      column += width
    }
  })
})
