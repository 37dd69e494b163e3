import { renderReport } from '@scaling-mlops/adapters/report'
import type { FeatureTable } from '@scaling-mlops/core'
import { createReport, type Report, type ReportFacts } from '@scaling-mlops/core/evaluation'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scoredTelco, seeded } from '../../support/scored-telco.ts'

async function churnReport(more: Partial<ReportFacts> = {}): Promise<Report> {
  const { facts } = await scoredTelco()
  const importance = [{ feature: 'tenure', loss: 0.2, standardDeviation: 0.01 }]
  return createReport({ ...facts, importance, costs: { fp: 10, fn: 120 }, ...more, random: seeded(1) })
}

/** A report in which everything that has a name is called `name`. */
function hostileReport(
  name: string,
  kind: 'binary' | 'multiclass' | 'regression',
): { report: Report; features: FeatureTable } {
  const features: FeatureTable = [
    { kind: 'category', name, title: name, values: [{ value: name, label: name }, { value: 'b' }] },
    { kind: 'number', name: `n${name}`, title: name, unit: name },
  ]
  const rows = 120
  const random = seeded(4)
  const columns = [Array.from({ length: rows }, (_, row) => row % 2), Array.from({ length: rows }, random)]
  const targets = Array.from({ length: rows }, (_, row) => row % (kind === 'multiclass' ? 3 : 2))
  const task = {
    binary: { kind: 'binary', target: name, classes: ['no', name], positive: name, threshold: 0.5 },
    multiclass: { kind: 'multiclass', target: name, classes: ['a', name, 'c'] },
    regression: { kind: 'regression', target: name, unit: name },
  } as const
  const outputs = Array.from({ length: rows * (kind === 'multiclass' ? 3 : 1) }, random)
  const report = createReport({
    manifest: { name, version: 1, title: name, algorithm: name, features, task: task[kind] },
    data: { name, sha256: name },
    test: { columns, targets, outputs },
    train: { columns, targets },
    importance: [{ feature: name, loss: 0.1, standardDeviation: 0.1 }],
    weights: [{ class: name, intercept: 1, weights: [1, -1, 0.5] }],
    random,
  })
  return { report, features }
}

/** Every element opened is closed, in order: a name that broke out of its place would show here. */
function assertBalanced(page: string): void {
  const open: string[] = []
  const body = page.slice(page.indexOf('<html')).replace(/<style>[\s\S]*?<\/style>/, '')
  for (const [, slash, name = '', rest = ''] of body.matchAll(/<(\/?)([a-z][\w-]*)((?:"[^"]*"|[^">])*)>/g)) {
    if (['meta', 'link', 'br'].includes(name) || rest.endsWith('/')) continue
    if (slash === '/') expect(open.pop()).toBe(name)
    else open.push(name)
  }
  expect(open).toEqual([])
  expect(/[<>]/.exec(body.replace(/<(\/?)([a-z][\w-]*)((?:"[^"]*"|[^">])*)>/g, ''))?.[0]).toBeUndefined()
}

const NAMES = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onload='x",
  '</title></style><b>',
  '&lt;`x`',
]

describe('the report page', () => {
  it('shows every chart and every table of the report', async () => {
    const page = renderReport(await churnReport())

    for (const title of [
      'Summary',
      'Decisions',
      'Ranking',
      'Scores',
      'Slices',
      'What the model leans on',
      'Training data',
    ])
      expect(page.toLowerCase().includes(title.toLowerCase()), title).toBe(true)
    for (const table of [
      'Confusion table',
      'Table: Thresholds compared',
      'Table: Figures by threshold',
      'Table: Cost by threshold',
      'Table: Points of the ROC curve',
      'Table: Points of the precision-recall curve',
      'Table: Calibration bins',
      'Table: Scores by class',
      'Table: Deciles',
      'Table: Slices',
      'Table: Permutation importance',
      'Table: Weights',
      'Table: Features',
      'Table: Values of contract',
      'Table: Histogram of tenure',
    ])
      expect(page.includes(`aria-label="${table}"`), table).toBe(true)
    assertBalanced(page)
  })

  it('names and describes every picture', async () => {
    const page = renderReport(await churnReport())

    const pictures = page.match(/<svg[^>]*role="img">/g) ?? []
    expect(pictures.length).toBeGreaterThan(25)
    expect(page.match(/<svg[^>]*role="img"><title>[^<]+<\/title><desc>[^<]+<\/desc>/g)).toHaveLength(pictures.length)
  })

  it('needs nothing beside itself', async () => {
    const page = renderReport(await churnReport())

    expect(/<script|@import|url\(|src=|https?:/.exec(page)?.[0]).toBeUndefined()
    expect(page.includes("default-src 'none'")).toBe(true)
  })

  it('is the same page for the same report, and never says NaN or undefined', async () => {
    const report = await churnReport()

    const [first, second] = [renderReport(report), renderReport(report)]
    expect(first === second).toBe(true)
    for (const kind of ['binary', 'multiclass', 'regression'] as const) {
      const hostile = hostileReport('x', kind)
      expect(/NaN|undefined|Infinity|\[object/.exec(renderReport(hostile.report, hostile))?.[0]).toBeUndefined()
    }
    expect(/NaN|undefined|Infinity|\[object/.exec(renderReport(report))?.[0]).toBeUndefined()
  })

  it('uses the titles and labels of the manifest', async () => {
    const { table } = await scoredTelco()
    const features = table.map(feature => ({ ...feature, title: `Title of ${feature.name}` }))

    expect(renderReport(await churnReport(), { features }).includes('Title of contract')).toBe(true)
  })

  it.each(NAMES)('lets nothing out of the name %s', name => {
    for (const kind of ['binary', 'multiclass', 'regression'] as const) {
      const { report, features } = hostileReport(name, kind)

      const page = renderReport(report, { features, description: name })

      assertBalanced(page)
      expect(/<script|<img|<b>|onload='/.exec(page)?.[0]).toBeUndefined()
    }
  })

  it('lets nothing out of any name', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), name => {
        const { report, features } = hostileReport(`${name}<i>"'`, 'binary')
        assertBalanced(renderReport(report, { features }))
      }),
      { numRuns: 20 },
    )
  })

  it('can be made of rows that are few, of one class, or without features that tell anything', () => {
    const report = createReport({
      manifest: {
        name: 'm',
        version: 1,
        title: 'M',
        algorithm: 'a',
        features: [{ kind: 'number', name: 'x' }],
        task: { kind: 'binary', target: 't', classes: ['0', '1'], positive: '1', threshold: 0.5 },
      },
      data: { name: 'data.csv' },
      test: { columns: [[1, 1]], targets: [0, 0], outputs: [0.5, 0.5] },
      train: { columns: [[1, 1]], targets: [0, 0] },
      random: seeded(1),
    })

    const page = renderReport(report)

    assertBalanced(page)
    expect(/NaN|undefined|Infinity/.exec(page)?.[0]).toBeUndefined()
  })
})
