import { createMemoryModel } from '@scaling-mlops/adapters/memory'
import {
  columnsOf,
  compileAnswer,
  createRunBatch,
  type FeatureTable,
  type Manifest,
  type Task,
} from '@scaling-mlops/core'
import { openExplainer, whatIf } from '@scaling-mlops/core/explanation'
import { describe, expect, it } from 'vitest'

type Document = {
  readonly output: string
  readonly score: number
  readonly label?: boolean | string
  readonly explanationAbsent?: string
  readonly curves: readonly { readonly feature: string; readonly points: readonly (readonly [number, number])[] }[]
  readonly options: readonly { readonly values: readonly { readonly value: string; readonly score: number }[] }[]
  readonly changes: readonly { readonly feature: string; readonly to: unknown; readonly score: number }[]
  readonly truncated: boolean
}

/** Asks a model made of a function about the first row, over the ranges of the golden rows `seen`; `runs` holds the rows of each of its runs. */
async function ask(
  { task, features, compute }: { task: Task; features: FeatureTable; compute: (columns: number[]) => number[] },
  [row, other]: readonly [object, object],
  seen: readonly object[] = [row, other],
) {
  const manifest = {
    name: 'made',
    version: 1,
    algorithm: 'a function',
    input: 'X',
    output: 'y',
    task,
    features,
  } as unknown as Manifest
  const columns = columnsOf(features).length
  const stride = task.kind === 'multiclass' ? task.classes.length : 1
  const model = createMemoryModel({ input: 'X', columns, output: 'y', stride, compute: cells => compute([...cells]) })
  const run = createRunBatch(manifest, model)
  const runs: (readonly unknown[])[] = []
  const golden = { tolerance: 1, rows: seen.map(row => ({ row, output: [0] })) }
  const explainer = await openExplainer(manifest, { golden, graph: new Uint8Array() }, async () => undefined)
  const answered = await whatIf(
    {
      manifest,
      writeAnswer: compileAnswer(task),
      runBatch: async rows => {
        runs.push(rows)
        return run(rows)
      },
    },
    explainer,
    row,
  )
  if (!answered.ok) throw new Error('the row is not valid')
  return { runs, ...(answered.document as Document) }
}

const binary: Task = { kind: 'binary', target: 'left', classes: ['no', 'yes'], positive: 'yes', threshold: 0.5 }
const people: FeatureTable = [
  { kind: 'number', name: 'age', actionable: true, minimum: 0 },
  { kind: 'number', name: 'height' },
  {
    kind: 'category',
    name: 'plan',
    actionable: true,
    values: [{ value: 'basic' }, { value: 'pro' }, { value: 'max' }],
  },
]

describe('what if', () => {
  it('runs the model once for everything', async () => {
    const { runs, curves, options } = await ask(
      { task: binary, features: people, compute: ([age = 0]) => [age / 100] },
      [
        { age: 30, height: 1.7, plan: 'basic' },
        { age: 80, height: 1.9, plan: 'pro' },
      ],
    )

    expect(runs).toHaveLength(1)
    expect(curves.map(({ feature }) => feature)).toEqual(['age', 'height'])
    expect(options).toHaveLength(1)
  })

  it('changes a number no further than it must, and prefers the change that moves the score least', async () => {
    // pro alone leads to 0.9, an age of 51 to 0.51
    const { changes } = await ask(
      { task: binary, features: people, compute: ([age = 0, , , pro = 0]) => [pro === 1 ? 0.9 : age / 100] },
      [
        { age: 30, height: 1.7, plan: 'basic' },
        { age: 80, height: 1.9, plan: 'pro' },
      ],
    )

    expect(changes).toMatchObject([
      { feature: 'age', from: 30, label: true },
      { feature: 'plan', from: 'basic', to: 'pro', label: true },
    ])
    const [{ to, score } = { to: Number.NaN, score: Number.NaN }] = changes
    expect(to).toBeGreaterThanOrEqual(50)
    expect(to).toBeLessThanOrEqual(52)
    expect(score).toBeCloseTo(Number(to) / 100, 6)
  })

  it('of several classes is of the most probable one', async () => {
    const task: Task = { kind: 'multiclass', target: 'size', classes: ['s', 'm', 'l'] }
    const { output, score, label, options } = await ask(
      { task, features: people, compute: ([, , , pro = 0]) => (pro === 1 ? [0.5, 0.25, 0.25] : [0.25, 0.25, 0.5]) },
      [
        { age: 30, height: 1.7, plan: 'basic' },
        { age: 80, height: 1.9, plan: 'pro' },
      ],
    )

    expect({ output, score, label }).toEqual({ output: 'l', score: 0.5, label: 'l' })
    expect(options[0]?.values).toEqual([
      { value: 'basic', score: 0.5 },
      { value: 'pro', score: 0.25 },
      { value: 'max', score: 0.5 },
    ])
  })

  it('of a regression is its value, and nothing turns it', async () => {
    const { output, score, changes, explanationAbsent } = await ask(
      { task: { kind: 'regression', target: 'rent' }, features: people, compute: ([age = 0]) => [age * 2] },
      [
        { age: 30, height: 1.7, plan: 'basic' },
        { age: 80, height: 1.9, plan: 'pro' },
      ],
    )

    expect({ output, score, changes }).toEqual({ output: 'rent', score: 60, changes: [] })
    expect(explanationAbsent).toContain('made')
  })

  it("keeps the row's own value that lies outside the training's range, and whole numbers whole", async () => {
    const features: FeatureTable = [{ kind: 'number', name: 'age', integer: true }]
    const { curves } = await ask(
      { task: binary, features, compute: ([age = 0]) => [age / 1000] },
      [{ age: 200 }, { age: 80 }],
      [{ age: 3 }, { age: 80 }],
    )
    const points = (
      await ask({ task: binary, features, compute: ([age = 0]) => [age / 1000] }, [{ age: 3 }, { age: 80 }])
    ).curves[0]?.points

    expect(curves[0]?.points.at(-1)).toEqual([200, expect.closeTo(0.2)])
    expect(points?.every(([x]) => Number.isInteger(x))).toBe(true)
    expect(points?.length).toBeLessThanOrEqual(25)
    expect(points?.map(([x]) => x)).toContain(3)
    expect(points?.at(-1)?.[0]).toBe(80)
  })

  it("keeps the row's own value among the points of a curve that is thinned", async () => {
    for (const age of [31, 32, 33, 34]) {
      const { curves } = await ask(
        { task: binary, features: people, compute: ([age = 0]) => [age / 100] },
        [
          { age, height: 1.7, plan: 'basic' },
          { age: 0, height: 1.9, plan: 'pro' },
        ],
        [
          { age: 0, height: 1, plan: 'pro' },
          { age: 100, height: 2, plan: 'pro' },
        ],
      )

      expect(curves[0]?.points).toContainEqual([age, expect.closeTo(age / 100)])
      expect(curves[0]?.points.length).toBeLessThanOrEqual(25)
    }
  })

  it('stays within 2,048 rows, however many fields there are', async () => {
    const features: FeatureTable = Array.from({ length: 900 }, (_, index) => ({ kind: 'number', name: `f${index}` }))
    const row = (value: number): object => Object.fromEntries(features.map(({ name }) => [name, value]))
    const { runs, curves, truncated } = await ask({ task: binary, features, compute: () => [0.5] }, [row(0), row(10)])

    expect(truncated).toBe(true)
    expect(runs[0]?.length).toBeLessThanOrEqual(2048)
    expect(curves.length).toBeGreaterThan(200)
  })

  it('takes fewer points of many fields before it leaves any out', async () => {
    const features: FeatureTable = Array.from({ length: 120 }, (_, index) => ({ kind: 'number', name: `f${index}` }))
    const row = (value: number): object => Object.fromEntries(features.map(({ name }) => [name, value]))
    const { curves, truncated } = await ask({ task: binary, features, compute: () => [0.5] }, [row(0), row(10)])

    expect(truncated).toBe(false)
    expect(curves).toHaveLength(120)
  })
})
