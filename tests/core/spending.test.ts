import { type Cost, monthsBefore, reportSpending } from '@scaling-mlops/core/spending'
import { describe, expect, it } from 'vitest'

const WINDOW = { from: '2026-01-01', to: '2026-03-15' }

/** Costs of every day of the window, by its number. */
function everyDay(amountOf: (index: number) => number, service = 'AWS Lambda', component = 'web'): Cost[] {
  const days = (Date.parse(WINDOW.to) - Date.parse(WINDOW.from)) / 86_400_000
  return Array.from({ length: days }, (_, index) => ({
    day: new Date(Date.parse(WINDOW.from) + index * 86_400_000).toISOString().slice(0, 10),
    service,
    component,
    amount: amountOf(index),
  }))
}

describe('a spending report', () => {
  it('compares days with days: half a month that costs half is no change', () => {
    const { months } = reportSpending({ ...WINDOW, costs: everyDay(() => 2) })

    expect(months.map(({ month, days, total }) => [month, days, total])).toEqual([
      ['2026-01', 31, 62],
      ['2026-02', 28, 56],
      ['2026-03', 14, 28],
    ])
    expect(months.map(({ change }) => change)).toEqual([undefined, 0, 0])
  })

  it('sorts services and components by what they cost, and gives each its months', () => {
    const costs = [
      ...everyDay(() => 1, 'AWS Lambda', 'lambda'),
      ...everyDay(index => (index < 59 ? 2 : 4), 'EC2 - Other', 'web'),
      ...everyDay(() => 0.5, 'Amazon SQS', ''),
    ]

    const { services, components, total } = reportSpending({ ...WINDOW, costs })

    expect(services.map(({ name, months }) => [name, months])).toEqual([
      ['EC2 - Other', [62, 56, 56]],
      ['AWS Lambda', [31, 28, 14]],
      ['Amazon SQS', [15.5, 14, 7]],
    ])
    expect(services[0]?.change).toBeCloseTo(1)
    expect(components.map(({ name }) => name)).toEqual(['web', 'lambda', ''])
    expect(total).toBeCloseTo(174 + 73 + 36.5)
  })

  it('says what a million predictions cost where there were some', () => {
    const predictions = { '2026-01-05': 15_500_000, '2026-01-06': 15_500_000, '2026-02-01': 0 }

    const { months } = reportSpending({ ...WINDOW, costs: everyDay(() => 2), predictions })

    expect(months[0]).toMatchObject({ predictions: 31_000_000, perMillionPredictions: 2 })
    expect(months[1]).not.toHaveProperty('perMillionPredictions')
    expect(reportSpending({ ...WINDOW, costs: [] }).months[0]).not.toHaveProperty('predictions')
  })

  it.each([
    ['a day far above', (index: number) => (index === 40 ? 30 : 10 + (index % 3)), 1],
    [
      'the second of two, which the first does not hide',
      (index: number) => (index === 40 || index === 42 ? 30 : 10),
      2,
    ],
    ['no day where all are as restless', (index: number) => 10 + 8 * (index % 2), 0],
    ['no day of a weekly job', (index: number) => (index % 7 === 3 ? 30 : 10), 0],
    ['no day of a slow rise', (index: number) => 10 + index / 10, 0],
    ['no day where the money is small', (index: number) => (index === 40 ? 0.9 : 0.01), 0],
    ['no day before there is enough to compare with', (index: number) => (index === 10 ? 99 : 10), 0],
    ['no day that is far below', (index: number) => (index === 40 ? 0 : 10), 0],
  ])('finds %s', (_, amountOf, found) => {
    const { anomalies } = reportSpending({ ...WINDOW, costs: everyDay(amountOf) })

    expect(anomalies).toHaveLength(found)
    if (found > 0) expect(anomalies[0]).toMatchObject({ day: '2026-02-10', service: 'AWS Lambda', amount: 30 })
  })
})

describe('the months of a report', () => {
  it.each([
    ['2026-11-28T23:59:00Z', 3, '2026-09-01', '2026-11-28'],
    ['2026-12-01T00:00:00Z', 1, '2026-11-01', '2026-12-01'],
    ['2026-01-02T12:00:00Z', 2, '2025-12-01', '2026-01-02'],
  ])('at %s the last %d begin on %s', (now, months, from, to) => {
    expect(monthsBefore(Date.parse(now), months)).toEqual({ from, to })
  })
})
