import { checkGates, createReport, parseGate, permutationImportance } from '@scaling-mlops/core/evaluation'
import { beforeAll, describe, expect, it } from 'vitest'
import { scoredTelco, seeded, telcoTask } from '../../support/scored-telco.ts'

describe('the report of the churn model', () => {
  let telco: Awaited<ReturnType<typeof scoredTelco>>
  beforeAll(async () => {
    telco = await scoredTelco()
  })
  const binary = (seed: number, more: object = {}) => {
    const report = createReport({ ...telco.facts, ...more, random: seeded(seed) })
    if (report.task !== 'binary') throw new Error('churn has two classes')
    return report
  }

  it('is the same byte for byte for the same facts and seed', () => {
    expect(JSON.stringify(binary(1))).toBe(JSON.stringify(binary(1)))
  })

  it('has an AUC with an interval that holds it and is as wide as theory says', () => {
    const { value, interval: [low, high] = [0, 1] } = binary(1).metrics.auc ?? { value: 0 }

    expect(value).toBeCloseTo(0.8584871678, 9)
    expect(low).toBeLessThan(value)
    expect(high).toBeGreaterThan(value)
    // Hanley and McNeil (1982) give a standard error of 0.0116 for 348 positives among 1,409
    expect((high - low) / (2 * 1.96)).toBeGreaterThan(0.009)
    expect((high - low) / (2 * 1.96)).toBeLessThan(0.014)
  })

  it('sets what the always-no answer reaches beside the accuracy', () => {
    const { accuracy, auc, logLoss } = binary(1).metrics

    expect(accuracy?.baseline).toBeCloseTo(1061 / 1409, 9)
    expect(auc?.baseline).toBe(0.5)
    expect(logLoss?.baseline).toBeGreaterThan(0.55)
  })

  it('judges slices of every category, and none below 50 rows', () => {
    const { slices } = binary(1)

    expect(slices.filter(({ feature }) => feature === 'contract').map(({ rows }) => rows)).toEqual([771, 287, 351])
    for (const { rows, quality } of slices) expect(quality === undefined).toBe(rows < 50)
  })

  it('takes another threshold, costs and slices when asked', () => {
    const report = binary(1, { threshold: 0.3, costs: { fp: 10, fn: 120 }, sliceBy: ['contract'] })

    expect(report.threshold).toBe(0.3)
    expect(report.best.cost?.value).toBeLessThan(report.cost ?? 0)
    expect(new Set(report.slices.map(({ feature }) => feature))).toEqual(new Set(['contract']))
  })

  it('gives every coefficient its odds ratio', () => {
    const [table] = binary(1).coefficients ?? []

    expect(table?.columns.length).toBe(45)
    for (const { value, oddsRatio = 0 } of table?.columns ?? []) expect(oddsRatio).toBeCloseTo(Math.exp(value), 8)
  })

  it('finds tenure the most important feature and keeps its rows as they are', async () => {
    const { table, test, score } = telco
    const before = test.columns.map(column => column.slice())

    const importance = await permutationImportance({
      table,
      task: telcoTask,
      ...test,
      score: async rows => score(rows),
      random: seeded(1),
      repeats: 2,
    })

    expect(importance[0]?.feature).toBe('tenure')
    expect(importance.find(({ feature }) => feature === 'gender')?.loss).toBeLessThan(0.005)
    expect(test.columns).toEqual(before)
  })
})

describe('permutation importance', () => {
  it('is nothing for a feature the model does not read, and the whole gain for the one it does', async () => {
    const random = seeded(1)
    const unread = Array.from({ length: 300 }, random)
    const read = Array.from({ length: 300 }, random)

    const importance = await permutationImportance({
      table: [
        { kind: 'number', name: 'unread' },
        { kind: 'number', name: 'read' },
      ],
      task: telcoTask,
      columns: [unread, read],
      targets: read.map(value => (value > 0.5 ? 1 : 0)),
      score: async rows => rows.map(row => row[1] ?? 0),
      random,
    })

    expect(importance.map(({ feature }) => feature)).toEqual(['read', 'unread'])
    expect(importance[0]?.loss).toBeGreaterThan(0.4)
    expect(importance[1]?.loss).toBe(0)
  })
})

describe('a slice', () => {
  it('below 50 rows, or of one class, is shown but not judged', () => {
    const rows = 160
    const column = Array.from({ length: rows }, (_, row) => (row < 49 ? 0 : row < 99 ? 1 : 2))
    const targets = column.map((slot, row) => (slot === 2 ? 0 : row % 2))

    const { slices } = createReport({
      manifest: {
        name: 'm',
        version: 1,
        title: 'M',
        algorithm: 'a',
        features: [{ kind: 'category', name: 'c', values: [{ value: 'few' }, { value: 'enough' }, { value: 'same' }] }],
        task: telcoTask,
      },
      data: { name: 'data.csv' },
      test: { columns: [column], targets, outputs: targets.map(target => 0.2 + 0.5 * target) },
      random: seeded(1),
    })

    expect(slices.map(({ value, rows: count, quality }) => [value, count, quality])).toEqual([
      ['few', 49, undefined],
      ['enough', 50, 1],
      ['same', 61, undefined],
    ])
  })
})

describe('a report of rows of one class', () => {
  it('leaves out what is not defined', () => {
    const report = createReport({
      manifest: {
        name: 'm',
        version: 1,
        title: 'M',
        algorithm: 'a',
        features: [{ kind: 'number', name: 'x' }],
        task: { ...telcoTask, target: 't' },
      },
      data: { name: 'data.csv' },
      test: { columns: [[1, 2]], targets: [0, 0], outputs: [0.2, 0.7] },
      random: seeded(1),
    })

    expect(report.metrics.auc).toBeUndefined()
    expect(report.metrics.accuracy?.value).toBe(0.5)
    expect(checkGates([parseGate('auc>=0.5')], report.metrics)).toEqual([{ gate: 'auc>=0.5', passed: false }])
  })
})

describe('a report of a number', () => {
  it('compares with the mean of the training rows', () => {
    const targets = Array.from({ length: 500 }, (_, row) => row)
    const report = createReport({
      manifest: {
        name: 'm',
        version: 1,
        title: 'M',
        algorithm: 'a',
        features: [{ kind: 'number', name: 'x' }],
        task: { kind: 'regression', target: 't', unit: 'kg' },
      },
      data: { name: 'data.csv' },
      test: { columns: [targets], targets, outputs: targets.map(value => value + 2) },
      train: { columns: [targets], targets },
      random: seeded(1),
    })

    expect(report.metrics.rmse?.value).toBe(2)
    expect(report.metrics.rmse?.baseline).toBeCloseTo(144.337, 3)
    expect(report.task === 'regression' && report.scatter.length).toBe(400)
    expect(report.profile?.features[0]?.warnings.map(({ code }) => code)).toEqual(['leak'])
  })
})

describe('a gate', () => {
  const metrics = { auc: { value: 0.8585 }, logLoss: { value: 0.393 } }

  it('holds or not by its operator', () => {
    const gates = ['auc>=0.85', 'auc>=0.8585', 'auc > 0.8585', 'log_loss<=0.4', 'LogLoss<0.393', 'roc_auc>=8.5e-1'].map(
      parseGate,
    )

    const results = checkGates(gates, metrics)

    expect(results.map(({ passed }) => passed)).toEqual([true, true, false, true, false, true])
    expect(results[0]).toEqual({ gate: 'auc>=0.85', passed: true, actual: 0.8585 })
  })

  it('is not passed by a report without its metric', () => {
    expect(checkGates([parseGate('r2>=0')], metrics)).toEqual([{ gate: 'r2>=0', passed: false }])
  })

  it.each(['auc', 'auc=0.8', 'auc>=', 'auc>=much', '>=0.8', 'auc>=0.8%', 'auc>=1.2.3', ''])('is not "%s"', text => {
    expect(() => parseGate(text)).toThrow(/is not a gate; write/)
  })

  it('names the nearest metric where it knows none of that name', () => {
    expect(() => parseGate('acuracy>=0.8')).toThrow('did you mean "accuracy"?')
    expect(() => parseGate('constructor>=0.8')).toThrow('"constructor" is not a metric')
  })
})
