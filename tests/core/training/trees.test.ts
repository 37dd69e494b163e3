import { judge, type LearnerSettings, type TreesModel, train } from '@scaling-mlops/core/training'
import { describe, expect, it } from 'vitest'
import { loadCsv } from '../../support/load-csv.ts'
import { someRecords, toDataset } from '../../support/small-dataset.ts'
import { telcoPath } from '../../support/telco.ts'

const learner: LearnerSettings = { algorithm: 'trees', trees: 100, depth: 3, learningRate: 0.1 }
const settings = { candidates: [learner], split: 'sklearn', testShare: 0.2, seed: 1, folds: 0, threshold: 0.5 } as const
const header = ['age', 'spend', 'plan', 'left']

describe('boosted trees', () => {
  it('are as good as scikit-learn’s on customers they have not seen', async () => {
    const dataset = await loadCsv(telcoPath, 'churn')
    const training = train(dataset, settings)
    const manifest = { name: 'churn', version: 1, title: 'Churn', algorithm: training.algorithm }
    const { report } = await judge(dataset, training, { manifest, data: { name: 'telco', sha256: '' }, seed: 1 })

    expect(report.metrics.auc?.value).toBeGreaterThanOrEqual(0.8495)
    expect(report.metrics.logLoss?.value).toBeLessThanOrEqual(0.3991)
  })

  it('are at most as deep as asked, with thresholds and leaves that 32 bits hold', () => {
    const { trees } = modelOf(toDataset(header, someRecords(400, ['no', 'yes'])))

    expect(trees.length).toBe(100)
    for (const { columns, leaves, thresholds } of trees) {
      expect(leaves.length).toBe(columns.length + 1)
      expect(leaves.length).toBeLessThanOrEqual(8)
      for (const number of [...thresholds, ...leaves]) expect(Math.fround(number)).toBe(number)
    }
  })

  it('send every training row to exactly one leaf', () => {
    const { trees } = modelOf(toDataset(header, someRecords(400, ['low', 'mid', 'high'])))

    for (const { leafRows } of trees) expect(leafRows.reduce((sum, rows) => sum + rows, 0)).toBe(320)
  })

  it('learn what no line can: the one of two that is large', () => {
    const records = Array.from({ length: 1_000 }, (_, row) => {
      const [a, b] = [(row * 7) % 10, (row * 13) % 11]
      return [String(a), String(b), a > 4 !== b > 5 ? 'yes' : 'no']
    })
    const dataset = toDataset(['a', 'b', 'odd'], records)

    const linear = train(dataset, { ...settings, candidates: [{ algorithm: 'linear', c: 1 }] })
    const boosted = train(dataset, settings)

    expect(hits(boosted.testScores, dataset.targets, boosted.split.test)).toBeGreaterThan(0.99)
    expect(hits(linear.testScores, dataset.targets, linear.split.test)).toBeLessThan(0.7)
  })

  it('start from the share of the classes, and stay there where nothing tells rows apart', () => {
    const records = Array.from({ length: 400 }, (_, row) => ['7', row % 4 ? 'no' : 'yes'])
    const dataset = toDataset(['constant', 'left'], records)

    const { testScores, split } = train(dataset, settings)

    const positives = split.train.filter(row => dataset.targets[row] === 1).length
    for (const score of testScores) expect(score).toBeCloseTo(positives / split.train.length, 6)
  })

  it('send rows at prediction where they went in training, even where 32 bits barely tell values apart', () => {
    const next = 1 + 2 ** -23
    const records = Array.from({ length: 400 }, (_, row) => (row % 2 ? [String(next), 'yes'] : ['1', 'no']))
    const dataset = toDataset(['close', 'left'], records)

    const { testScores, split } = train(dataset, settings)

    expect(hits(testScores, dataset.targets, split.test)).toBe(1)
  })

  it('come out the same every time', () => {
    const records = someRecords(300, ['no', 'yes'])

    const one = train(toDataset(header, records), settings)
    const again = train(toDataset(header, records), settings)

    expect(again.model).toEqual(one.model)
  })
})

function modelOf(dataset: Parameters<typeof train>[0]): TreesModel {
  const { model } = train(dataset, settings)
  if (model.kind !== 'trees') throw new Error('not trees')
  return model
}

function hits(scores: Float64Array, targets: ArrayLike<number>, rows: Uint32Array): number {
  return rows.filter((row, index) => Number(scores[index]) >= 0.5 === (targets[row] === 1)).length / rows.length
}
