import { compileValidate, type FeatureTable } from '@scaling-mlops/core'
import { createDatasetBuilder, toSample } from '@scaling-mlops/core/training'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const table: FeatureTable = [
  { kind: 'number', name: 'age', integer: true, minimum: 0, maximum: 120 },
  { kind: 'number', name: 'spend', missing: { fill: 0 } },
  { kind: 'category', name: 'plan', values: [{ value: 'basic' }, { value: 'plus_one' }] },
  {
    kind: 'category',
    name: 'region',
    values: [{ value: 'a' }, { value: 'other' }],
    unknown: 'other',
    missing: { fill: 'a' },
  },
  { kind: 'category', name: 'shop', values: [{ value: 'x' }, { value: 'y' }], unknown: 'zeros' },
]
const header = ['Age', 'Spend', 'Plan', 'Region', 'Shop', 'left']
const target = { kind: 'category', name: 'left', values: [{ value: 'no' }, { value: 'yes' }] } as const

function load(records: readonly (readonly string[])[]) {
  const names = header.map(name => name.toLowerCase())
  const builder = createDatasetBuilder({ source: 'test.csv', header, names, table, target, rowCount: records.length })
  records.forEach((record, index) => {
    builder.add(record, index + 2)
  })
  return builder.finish()
}

describe('a dataset', () => {
  const cell = fc.oneof(
    fc.constantFrom(
      '0',
      '30',
      '130',
      '2.5',
      ' 1e1 ',
      '',
      '  ',
      'NaN',
      '1e400',
      'basic',
      ' Plus ONE ',
      'a',
      'b',
      'x',
      'z',
      'other',
    ),
    fc.string(),
  )

  it('holds what serving would make of the same cells, and refuses what serving refuses', () => {
    const validate = compileValidate(table)
    fc.assert(
      fc.property(fc.array(cell, { minLength: 5, maxLength: 5 }), cells => {
        const served = validate(Object.fromEntries(table.map(({ name }, index) => [name, cells[index]])))

        if (served.ok) {
          // twice, since a cell that is met again is answered from memory
          const { columns } = load([
            [...cells, 'yes'],
            [...cells, 'no'],
          ])
          for (const row of [0, 1]) expect(columns.map(column => column[row])).toEqual(served.row)
        } else expect(() => load([[...cells, 'yes']])).toThrow(`test.csv, line 2, column "`)
      }),
      { numRuns: 2_000 },
    )
  })

  it('counts the cells that were blank in the rows asked for', () => {
    const records = Array.from({ length: 40 }, (_, row) => [
      '30',
      row % 4 ? '1' : ' ',
      'basic',
      row % 8 ? 'a' : '',
      'x',
      'no',
    ])

    const { missing } = toSample(load(records), Uint32Array.of(0, 1, 4, 8, 32, 39))

    expect(missing).toEqual([0, 4, 0, 3, 0])
  })
})
