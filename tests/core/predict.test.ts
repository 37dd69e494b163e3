import { createMemoryMetrics, createMemoryModel, systemClock, systemScheduler } from '@scaling-mlops/adapters/memory'
import {
  compileAnswer,
  createBatcher,
  createPredict,
  createRunBatch,
  createServiceTime,
  type Manifest,
  type Task,
} from '@scaling-mlops/core'
import { describe, expect, it } from 'vitest'

function aManifest(task: Task): Manifest {
  return {
    schemaVersion: 1,
    name: 'm',
    version: 1,
    title: 'M',
    created: '2026-01-01T00:00:00Z',
    algorithm: 'by hand',
    task,
    features: [{ kind: 'number', name: 'a' }],
    input: 'X',
    output: 'y',
    files: {},
  }
}

function aPredictor(task: Task, compute: (columns: Float32Array) => readonly number[], stride = 1) {
  const manifest = aManifest(task)
  const metrics = createMemoryMetrics()
  const model = createMemoryModel({ input: 'X', columns: 1, output: 'y', stride, compute })
  const { score } = createBatcher({
    runBatch: createRunBatch(manifest, model),
    slots: 1,
    limits: { maxRows: 10, maxQueuedRows: 100, maxWaitMs: 1000 },
    serviceTime: createServiceTime(),
    scheduler: systemScheduler,
    clock: systemClock,
    metrics,
  })
  const { predict } = createPredict({
    manifest,
    score,
    metrics,
    clock: systemClock,
    scheduler: systemScheduler,
    sliceRows: 10,
  })
  const writeAnswer = compileAnswer(task)
  const answer = async (...values: unknown[]): Promise<string[]> =>
    (await predict(values.map(a => ({ a })))).map(outcome =>
      outcome.ok ? writeAnswer(outcome.decision) : outcome.issues.map(({ code }) => code).join(),
    )
  return { predict, answer, metrics }
}

const binary: Task = {
  kind: 'binary',
  target: 'leaves "soon"',
  classes: ['no', 'yes'],
  positive: 'yes',
  threshold: 0.5,
}

describe('predict', () => {
  it('answers a binary task with probability and label, positive from the threshold on', async () => {
    const { answer } = aPredictor(binary, ([a = 0]) => [a])
    expect(await answer(0.5, 0.25)).toEqual([
      '{"leaves \\"soon\\"_probability":0.5,"leaves \\"soon\\"":true}',
      '{"leaves \\"soon\\"_probability":0.25,"leaves \\"soon\\"":false}',
    ])
  })

  it('takes the positive class of a graph that answers both', async () => {
    const { answer } = aPredictor({ ...binary, target: 't', classes: ['yes', 'no'] }, ([a = 0]) => [a, 1 - a], 2)
    expect(await answer(0.75)).toEqual(['{"t_probability":0.75,"t":true}'])
  })

  it('answers a multiclass task with the most probable class and all probabilities', async () => {
    const { answer } = aPredictor(
      { kind: 'multiclass', target: 'kind', classes: ['x', 'y', 'z'] },
      ([a = 0]) => [a, 0.5, 0.5 - a],
      3,
    )
    expect(await answer(0.25)).toEqual(['{"kind":"y","probabilities":{"x":0.25,"y":0.5,"z":0.25}}'])
  })

  it('answers a regression with its value', async () => {
    const { answer } = aPredictor({ kind: 'regression', target: 'price' }, ([a = 0]) => [a * 2])
    expect(await answer(21)).toEqual(['{"price":42}'])
  })

  it('keeps the order of the rows and lets a bad one fail alone', async () => {
    const { answer } = aPredictor({ ...binary, target: 't' }, ([a = 0]) => [a])
    expect(await answer(0.25, 'x', 0.75, null)).toEqual([
      '{"t_probability":0.25,"t":false}',
      'wrong_type',
      '{"t_probability":0.75,"t":true}',
      'empty',
    ])
  })

  it('refuses a row for which the model gives no finite number', async () => {
    const { answer } = aPredictor({ kind: 'regression', target: 't' }, ([a = 0]) => [a * 1e38])
    expect(await answer(1, 100)).toEqual([expect.stringContaining('"t":'), 'not_finite'])
  })

  it('answers a list of many slices in its order', async () => {
    const { answer } = aPredictor({ kind: 'regression', target: 't' }, ([a = 0]) => [a])
    const values = Array.from({ length: 95 }, (_, index) => (index % 7 === 3 ? 'x' : index))
    expect(await answer(...values)).toEqual(values.map(value => (value === 'x' ? 'wrong_type' : `{"t":${value}}`)))
  })

  it('does not run the graph for nothing', async () => {
    const { answer } = aPredictor(binary, () => {
      throw new Error('ran')
    })
    expect(await answer('x')).toEqual(['wrong_type'])
  })

  it('counts what it answered, refused and lost', async () => {
    const { predict, metrics } = aPredictor(binary, ([a = 0]) => {
      if (a === 9) throw new Error('broken graph')
      return [a]
    })
    await predict([{ a: 1 }, { a: 'x' }, { a: 0 }])
    await expect(predict([{ a: 9 }])).rejects.toThrow('broken graph')

    expect([metrics.total('Predictions'), metrics.total('Invalid'), metrics.total('Failed')]).toEqual([2, 1, 1])
    expect(metrics.summary('PredictionLatency').count).toBe(1)
  })

  it.each([
    ['input', { input: 'Z' }, 'no input "Z"; it has X'],
    ['output', { output: 'Z' }, 'no output "Z"; it has y'],
    [
      'width',
      { features: [{ kind: 'number', name: 'a' } as const, { kind: 'number', name: 'b' } as const] },
      'has 1 columns, the feature table makes 2',
    ],
    [
      'number of classes',
      { task: { kind: 'multiclass', target: 't', classes: ['a', 'b'] } as const },
      'has 1 numbers a row, a multiclass task needs 2',
    ],
  ])('refuses a graph that does not fit its manifest in %s', (_, changes, message) => {
    const model = createMemoryModel({ input: 'X', columns: 1, output: 'y', compute: () => [0] })
    expect(() => createRunBatch({ ...aManifest(binary), ...changes }, model)).toThrowError(
      expect.objectContaining({ code: 'invalid_manifest', message: expect.stringContaining(message) }),
    )
  })
})
