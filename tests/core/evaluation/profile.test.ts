import type { FeatureTable } from '@scaling-mlops/core'
import { createReference, profileOf } from '@scaling-mlops/core/evaluation'
import { describe, expect, it } from 'vitest'
import { scoredTelco, seeded, telcoTask } from '../../support/scored-telco.ts'

const task = { kind: 'binary', target: 'left', classes: ['no', 'yes'], positive: 'yes', threshold: 0.5 } as const
const number = (name: string) => ({ kind: 'number', name }) as const
const category = (name: string, ...values: string[]) =>
  ({ kind: 'category', name, values: values.map(value => ({ value })) }) as const

function warningsOf(feature: FeatureTable[number], column: ArrayLike<number>, targets: ArrayLike<number>) {
  return profileOf([feature], task, { columns: [column], targets }).features[0]?.warnings.map(({ code }) => code)
}

describe('the profile of the churn training rows', () => {
  it('has 0.0983 nats of mutual information for the contract', async () => {
    const { table, train } = await scoredTelco()

    const profile = profileOf(table, telcoTask, train)

    const contract = profile.features.find(({ feature }) => feature === 'contract')
    expect(contract?.mutualInformation).toBeCloseTo(0.0983, 4)
    expect(profile.features.every(({ mutualInformation }) => mutualInformation <= 0.0984)).toBe(true)
    expect(profile.rate).toBeCloseTo(0.26996805111821087, 12)
  })

  it('compares each value with all rows', async () => {
    const { table, train } = await scoredTelco()

    const contract = profileOf(table, telcoTask, train).features.find(({ feature }) => feature === 'contract')

    if (contract?.kind !== 'category') throw new Error('contract is a category')
    const [monthly] = contract.values
    expect(monthly?.value).toBe('month-to-month')
    expect(monthly?.rate).toBeCloseTo((monthly?.counts?.[1] ?? 0) / (monthly?.rows ?? 1), 12)
    expect(monthly?.riskRatio).toBeCloseTo((monthly?.rate ?? 0) / 0.26996805111821087, 12)
    expect(contract.values.reduce((sum, value) => sum + value.rows, 0)).toBe(5634)
  })

  it('warns of nothing', async () => {
    const { table, train } = await scoredTelco()

    expect(profileOf(table, telcoTask, train).features.flatMap(({ warnings }) => warnings)).toEqual([])
  })

  it('holds every row once in each histogram', async () => {
    const { table, train } = await scoredTelco()

    for (const feature of profileOf(table, telcoTask, train).features)
      if (feature.kind === 'number')
        expect(feature.histogram.counts.flat().reduce((sum, rows) => sum + rows, 0)).toBe(5634)
  })
})

describe('a feature is named', () => {
  const random = seeded(3)
  const targets = Array.from({ length: 400 }, () => (random() < 0.4 ? 1 : 0))
  const noise = targets.map(() => Math.floor(random() * 3))

  it('when it is constant', () => {
    expect(warningsOf(category('c', 'a', 'b'), new Uint8Array(400), targets)).toEqual(['constant'])
    expect(warningsOf(number('n'), new Float64Array(400).fill(7), targets)).toEqual(['constant'])
  })

  it('when it is the target under another name', () => {
    expect(warningsOf(category('c', 'a', 'b'), targets, targets)).toEqual(['leak'])
  })

  it('when one number parts the classes', () => {
    const column = targets.map(target => (target === 1 ? 50 + random() : 49 - 20 * random()))

    expect(warningsOf(number('n'), column, targets)).toEqual(['leak'])
  })

  it('when one of its values never has the target, which chance does not do', () => {
    const column = targets.map(target => (target === 0 && random() < 0.4 ? 0 : 1))

    expect(warningsOf(category('c', 'a', 'b'), column, targets)).toEqual(['leak'])
  })

  it('when it names rows rather than describing them', () => {
    const names = Array.from({ length: 400 }, (_, row) => `row_${row}`)

    expect(warningsOf(category('c', ...names), [...names.keys()], targets)).toEqual(['identifier'])
  })

  it('and otherwise not', () => {
    expect(warningsOf(category('c', 'a', 'b', 'c'), noise, targets)).toEqual([])
    const rare = targets.map((_, row) => (row < 2 ? 1 : 0))
    expect(warningsOf(category('c', 'a', 'b', 'c'), noise, rare)).toEqual([])
  })
})

describe('the drift reference', () => {
  it('counts every training row of every feature once, and every score', async () => {
    const { table, train, test } = await scoredTelco()
    const manifest = { name: 'churn', version: 1, task: telcoTask, features: table }

    const reference = createReference({ manifest, train, outputs: test.outputs })

    const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0)
    for (const { counts } of reference.features) expect(total(counts)).toBe(5634)
    expect(reference.scores.map(({ counts }) => total(counts))).toEqual([1409])
    expect(reference.rows).toBe(5634)
  })

  it('parts numbers into tenths and few values one by one', () => {
    const column = Float64Array.from({ length: 1000 }, (_, row) => row)
    const flags = column.map(value => value % 2)
    const manifest = { name: 'm', version: 1, task, features: [number('n'), number('f')] }

    const { features } = createReference({ manifest, train: { columns: [column, flags] }, outputs: [0.1] })

    expect(features[0]?.counts).toEqual(new Array(10).fill(100))
    expect(features[1]?.counts).toEqual([500, 500])
  })
})
