import { openOnnxModel } from '@scaling-mlops/adapters/onnx'
import { writeGraph } from '@scaling-mlops/adapters/onnx/graph'
import { columnsOf } from '@scaling-mlops/core'
import { compareWithGraph, type LearnerSettings, type TrainedModel, train } from '@scaling-mlops/core/training'
import { describe, expect, it } from 'vitest'
import { someRecords, toDataset } from '../../support/small-dataset.ts'

const header = ['age', 'spend', 'plan', 'left']
const linear: LearnerSettings = { algorithm: 'linear', c: 1 }
const trees: LearnerSettings = { algorithm: 'trees', trees: 30, depth: 4, learningRate: 0.3 }
const targets = {
  binary: ['no', 'yes'],
  multiclass: ['low', 'mid', 'high', 'top'],
  regression: Array.from({ length: 40 }, (_, index) => String(index * 2.5)),
}
const names = { input: 'X', output: 'y' }
const graphOf = (model: TrainedModel, width: number, precision: 'float32' | 'float64') =>
  writeGraph(model, width, { ...names, metadata: { fingerprint: 'abc' }, precision })

describe.each(['binary', 'multiclass', 'regression'] as const)('a %s graph', task => {
  it.each([
    { learner: linear, precision: 'float32' },
    { learner: linear, precision: 'float64' },
    { learner: trees, precision: 'float32' },
    { learner: trees, precision: 'float64' },
  ] as const)(
    'of $learner.algorithm in $precision answers what the trainer answers',
    async ({ learner, precision }) => {
      const dataset = toDataset(header, someRecords(5_500, targets[task]))
      const { model, split, testScores } = train(dataset, settings(learner))
      const width = columnsOf(dataset.table).length
      const graph = await openOnnxModel(graphOf(model, width, precision))

      const difference = await compareWithGraph(graph, names, dataset, split.test, testScores)

      expect(difference).toBeLessThan(1e-6)
      expect(graph.inputs).toEqual([{ name: 'X', type: 'float32', shape: [-1, width] }])
      expect(graph.outputs).toEqual([
        { name: 'y', type: 'float32', shape: [-1, task === 'multiclass' ? targets.multiclass.length : 1] },
      ])
      await graph.close()
    },
  )
})

describe('a graph', () => {
  it('of trees that found nothing to split answers the base', async () => {
    const records = Array.from({ length: 40 }, (_, row) => ['7', row % 4 ? 'no' : 'yes'])
    const dataset = toDataset(['constant', 'left'], records)
    const { model, split, testScores } = train(dataset, settings(trees))
    const graph = await openOnnxModel(graphOf(model, 1, 'float32'))

    expect(await compareWithGraph(graph, names, dataset, split.test, testScores)).toBeLessThan(1e-6)
    await graph.close()
  })

  it('is the same bytes for the same model', () => {
    const { model } = train(toDataset(header, someRecords(100, targets.binary)), settings(linear))

    expect(graphOf(model, 5, 'float32')).toEqual(graphOf(model, 5, 'float32'))
  })

  it('that was changed after the training is found out', async () => {
    const dataset = toDataset(header, someRecords(100, targets.binary))
    const { model, split, testScores } = train(dataset, settings(linear))
    if (model.kind !== 'linear') throw new Error('not linear')
    const graph = await openOnnxModel(graphOf({ ...model, intercepts: [model.intercepts[0] ?? 0 + 0.1] }, 5, 'float32'))
    const changed = await openOnnxModel(
      graphOf({ ...model, intercepts: [(model.intercepts[0] ?? 0) + 0.001] }, 5, 'float32'),
    )

    expect(await compareWithGraph(graph, names, dataset, split.test, testScores)).toBeLessThan(1e-6)
    expect(await compareWithGraph(changed, names, dataset, split.test, testScores)).toBeGreaterThan(1e-5)
    await graph.close()
    await changed.close()
  })
})

function settings(learner: LearnerSettings) {
  return { candidates: [learner], split: 'sklearn', testShare: 0.2, seed: 1, folds: 0, threshold: 0.5 } as const
}
