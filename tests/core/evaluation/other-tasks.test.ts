import {
  classScores,
  confusionMatrix,
  correlation,
  createReport,
  multiclassLogLoss,
  mutualInformation,
  predictedClasses,
  regressionFigures,
} from '@scaling-mlops/core/evaluation'
import { describe, expect, it } from 'vitest'
import { seeded } from '../../support/scored-telco.ts'

const targets = [0, 1, 2, 2, 1, 0, 2, 1]
const outputs = [
  [0.7, 0.2, 0.1],
  [0.3, 0.4, 0.3],
  [0.1, 0.2, 0.7],
  [0.4, 0.35, 0.25],
  [0.2, 0.7, 0.1],
  [0.5, 0.3, 0.2],
  [0.2, 0.45, 0.35],
  [0.1, 0.6, 0.3],
].flat()

describe('metrics of several classes', () => {
  it("are scikit-learn's", () => {
    const rows = { targets, outputs, classes: 3 }
    const matrix = confusionMatrix(targets, predictedClasses(rows), 3)
    const report = createReport({
      manifest: {
        name: 'm',
        version: 1,
        title: 'M',
        algorithm: 'a',
        features: [{ kind: 'number', name: 'x' }],
        task: { kind: 'multiclass', target: 't', classes: ['a', 'b', 'c'] },
      },
      data: { name: 'data.csv' },
      test: { columns: [targets], targets, outputs },
      random: seeded(1),
    })

    expect(matrix).toEqual([
      [2, 0, 0],
      [0, 3, 0],
      [1, 1, 1],
    ])
    expect(multiclassLogLoss(rows)).toBeCloseTo(0.7033006067043571, 12)
    expect(classScores(rows, matrix).map(score => score.rows)).toEqual([2, 3, 3])
    expect(report.metrics.accuracy?.value).toBe(0.75)
    expect(report.metrics.macroF1?.value).toBeCloseTo(0.719047619047619, 9)
    expect(report.metrics.weightedF1?.value).toBeCloseTo(0.7089285714285714, 9)
    expect(report.metrics.auc?.value).toBeCloseTo(0.9333333333333332, 9)
  })
})

describe('metrics of a number', () => {
  it("are scikit-learn's", () => {
    const figures = regressionFigures([3, -0.5, 2, 7, 4.2], [2.5, 0, 2.1, 7.8, 4])

    expect(figures.r2).toBeCloseTo(0.9611009414225942, 12)
    expect(figures.rmse).toBeCloseTo(0.48785243670601863, 12)
    expect(figures.mae).toBeCloseTo(0.42, 12)
  })

  it('keep their digits for targets far from zero', () => {
    const far = 1e9
    const near = regressionFigures([1, 2, 3, 4], [1.1, 2.1, 2.9, 4.2])
    const shifted = regressionFigures(
      [1, 2, 3, 4].map(value => value + far),
      [1.1, 2.1, 2.9, 4.2].map(value => value + far),
    )

    expect(shifted.r2).toBeCloseTo(near.r2, 6)
  })

  it('leave R² out where the target is constant', () => {
    expect(regressionFigures([2, 2], [1, 3]).r2).toBeNaN()
  })
})

describe('information', () => {
  it("is scikit-learn's mutual_info_score", () => {
    const counts = [
      [1, 1],
      [0, 2],
      [2, 1],
    ]

    expect(mutualInformation(counts)).toBeCloseTo(0.21207426669985308, 12)
  })

  it("is NumPy's corrcoef", () => {
    expect(correlation([3, -0.5, 2, 7, 4.2], [2.5, 0, 2.1, 7.8, 4])).toBeCloseTo(0.9841734053277844, 12)
    expect(correlation([1, 1], [2, 3])).toBeNaN()
  })
})
