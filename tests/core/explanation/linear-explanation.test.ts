import { openOnnxModel, readLinearGraph } from '@scaling-mlops/adapters/onnx'
import { writeGraph } from '@scaling-mlops/adapters/onnx/graph'
import {
  columnsOf,
  compileAnswer,
  compileValidate,
  createRunBatch,
  type Manifest,
  type Task,
} from '@scaling-mlops/core'
import {
  compileLinearExplain,
  explainRows,
  openExplainer,
  toBackground,
  toOutputs,
  totalOf,
} from '@scaling-mlops/core/explanation'
import { goldenRows, type LearnerSettings, type TrainedModel, train } from '@scaling-mlops/core/training'
import { describe, expect, it } from 'vitest'
import { someRecords, toDataset } from '../../support/small-dataset.ts'

const header = ['age', 'spend', 'plan', 'left']
const linear: LearnerSettings = { algorithm: 'linear', c: 1 }
const trees: LearnerSettings = { algorithm: 'trees', trees: 5, depth: 3, learningRate: 0.3 }
const classes = {
  binary: ['no', 'yes'],
  multiclass: ['low', 'mid', 'high', 'top'],
  regression: Array.from({ length: 40 }, (_, index) => String(index * 2.5)),
}

function trained(kind: keyof typeof classes, learner: LearnerSettings, precision: 'float32' | 'float64' = 'float32') {
  const dataset = toDataset(header, someRecords(600, classes[kind]))
  const result = train(dataset, {
    candidates: [learner],
    split: 'sklearn',
    testShare: 0.2,
    seed: 1,
    folds: 0,
    threshold: 0.5,
  })
  const manifest = {
    name: 'people',
    version: 1,
    input: 'X',
    output: 'y',
    features: dataset.table,
    task: taskOf(kind),
  } as Manifest
  const graph = graphOf(result.model, columnsOf(dataset.table).length, precision)
  return { manifest, graph, golden: goldenRows(dataset, result.split.test, result.testScores) }
}

const taskOf = (kind: keyof typeof classes): Task =>
  kind === 'binary'
    ? { kind, target: 'left', classes: ['no', 'yes'], positive: 'yes', threshold: 0.5 }
    : kind === 'multiclass'
      ? { kind, target: 'left', classes: ['high', 'low', 'mid', 'top'] }
      : { kind, target: 'left' }

const graphOf = (model: TrainedModel, width: number, precision: 'float32' | 'float64'): Uint8Array =>
  writeGraph(model, width, { input: 'X', output: 'y', metadata: {}, precision })

describe.each(['binary', 'multiclass', 'regression'] as const)('the contributions of a linear %s model', kind => {
  it.each(['float32', 'float64'] as const)("add up to the model's own output in %s", async precision => {
    const { manifest, graph, golden } = trained(kind, linear, precision)
    const model = await openOnnxModel(graph)
    const { explain } = await openExplainer(manifest, { golden, graph }, readLinearGraph)
    const validate = compileValidate(manifest.features)
    const rows = golden.rows.map(({ row }) => {
      const validation = validate(row)
      if (!validation.ok) throw new Error('a golden row is not valid')
      return validation.row
    })

    const { scores } = await createRunBatch(manifest, model)(rows)

    rows.forEach((row, index) => {
      const explained = explain?.(row) ?? []
      const outputs = toOutputs(manifest.task, explained.map(totalOf))
      const own = scores.values.subarray(index * scores.stride, (index + 1) * scores.stride)
      expect(outputs).toHaveLength(own.length)
      outputs.forEach((output, at) => {
        expect(Math.abs(output - (own[at] as number)) / Math.max(1, Math.abs(output))).toBeLessThan(1e-6)
      })
      for (const { contributions } of explained) expect(contributions).toHaveLength(3)
    })
    await model.close()
  })
})

describe('an explanation', () => {
  const features: Manifest['features'] = [
    { kind: 'number', name: 'age' },
    { kind: 'category', name: 'plan', values: [{ value: 'basic' }, { value: 'pro' }] },
  ]

  it('folds the columns of a category back to its field, relative to the average row', () => {
    const explain = compileLinearExplain(
      { task: taskOf('regression'), features },
      { link: 'identity', coefficients: [Float64Array.of(2, 10, 30)], intercepts: [5] },
      [40, 0.75, 0.25],
    )

    // the average row: 5 + 2 × 40 + 10 × 0.75 + 30 × 0.25
    expect(explain?.([50, 1])).toEqual([{ output: 'left', base: 100, contributions: [20, 15] }])
  })

  it('of a value the model does not know takes all of the category away', () => {
    const explain = compileLinearExplain(
      { task: taskOf('regression'), features },
      { link: 'identity', coefficients: [Float64Array.of(2, 10, 30)], intercepts: [5] },
      [40, 0.75, 0.25],
    )

    expect(explain?.([40, -1])).toEqual([{ output: 'left', base: 100, contributions: [0, -15] }])
  })

  it('of two classes through a softmax is of the log-odds of the positive one', () => {
    const explain = compileLinearExplain(
      { task: { ...taskOf('binary'), positive: 'no' } as Task, features },
      { link: 'softmax', coefficients: [Float64Array.of(1, 0, 0), Float64Array.of(3, 0, 0)], intercepts: [1, 2] },
      [0, 0.5, 0.5],
    )

    expect(explain?.([2, 0])).toEqual([{ output: 'no', base: -1, contributions: [-4, 0] }])
  })

  it('is not there for trees', async () => {
    const { manifest, graph, golden } = trained('binary', trees)
    const { explain, background } = await openExplainer(manifest, { golden, graph }, readLinearGraph)

    expect(explain).toBeUndefined()
    expect(background.source).toBe('golden')
  })

  it('is refused where the coefficients are not those of the golden rows', async () => {
    const { manifest, graph, golden } = trained('binary', linear)
    const other = { ...golden, rows: golden.rows.map(({ row, output }) => ({ row, output: output.map(p => 1 - p) })) }

    await expect(openExplainer(manifest, { golden: other, graph }, readLinearGraph)).rejects.toMatchObject({
      code: 'golden_mismatch',
    })
  })
})

describe('the average row', () => {
  const features: Manifest['features'] = [
    { kind: 'number', name: 'age' },
    { kind: 'category', name: 'plan', values: [{ value: 'basic' }, { value: 'pro' }] },
  ]
  const golden = { tolerance: 1e-6, rows: [{ row: { age: 10, plan: 'pro' }, output: [1] }] }
  const profile = [
    { feature: 'age', rows: 8, mean: 30, minimum: 18, maximum: 80 },
    {
      feature: 'plan',
      rows: 8,
      values: [
        { value: 'pro', rows: 2 },
        { value: 'basic', rows: 6 },
      ],
    },
  ]

  it('comes from the profile of the training', () => {
    expect(toBackground(features, golden, { profile: { features: profile } })).toEqual({
      source: 'training',
      means: Float64Array.of(30, 0.75, 0.25),
      ranges: [{ minimum: 18, maximum: 80 }, undefined],
    })
  })

  it.each([
    undefined,
    null,
    'text',
    { profile: 3 },
    { profile: { features: [null] } },
    { profile: { features: profile.slice(1) } },
    { profile: { features: [{ feature: 'age', mean: 'x' }, profile[1]] } },
  ])('comes from the golden rows where the report is %j', report => {
    expect(toBackground(features, golden, report)).toEqual({
      source: 'golden',
      means: Float64Array.of(10, 0, 1),
      ranges: [{ minimum: 10, maximum: 10 }, undefined],
    })
  })
})

describe('rows of a model without explanations', () => {
  it('are refused in words', async () => {
    const { manifest, graph, golden } = trained('binary', trees)
    const explainer = await openExplainer(manifest, { golden, graph }, readLinearGraph)
    const runBatch = createRunBatch(manifest, await openOnnxModel(graph))

    await expect(
      explainRows({ manifest, runBatch, writeAnswer: compileAnswer(manifest.task) }, explainer, [golden.rows[0]?.row]),
    ).rejects.toMatchObject({ code: 'no_explanation', message: expect.stringContaining('people') })
  })
})
