import {
  assertFeatureTable,
  type CategoryFeature,
  columnsOf,
  type FeatureTable,
  type NumberFeature,
} from '@scaling-mlops/core'
import { describe, expect, it } from 'vitest'

const age: NumberFeature = { kind: 'number', name: 'age', minimum: 0, maximum: 120 }
const plan: CategoryFeature = { kind: 'category', name: 'plan', values: [{ value: 'basic' }, { value: 'pro' }] }

describe('a feature table', () => {
  it('makes a column of a number and one for each value of a category, in its order', () => {
    expect(columnsOf([plan, age])).toEqual(['plan=basic', 'plan=pro', 'age'])
  })

  it.each<[string, FeatureTable, string]>([
    ['is empty', [], 'at least one feature'],
    ['gives a name twice', [age, age], 'feature "age": given twice'],
    ['has a name that is not normalised', [{ ...age, name: 'Age in Years' }], 'write "age_in_years"'],
    [
      'has a name that every object carries',
      [
        { ...age, name: 'toString'.toLowerCase() },
        { ...age, name: 'constructor' },
      ],
      'reserved',
    ],
    ['has bounds in the wrong order', [{ ...age, minimum: 200 }], 'minimum 200 is above maximum 120'],
    ['has a default out of bounds', [{ ...age, default: 121 }], 'default 121 is outside 0 to 120'],
    [
      'fills an integer with a fraction',
      [{ ...age, integer: true, missing: { fill: 0.5 } }],
      'missing.fill 0.5 is not an integer',
    ],
    ['has a category without values', [{ ...plan, values: [] }], 'at least one value'],
    ['gives a value twice', [{ ...plan, values: [{ value: 'a' }, { value: 'a' }] }], 'a value is given twice'],
    ['has a value that is not normalised', [{ ...plan, values: [{ value: 'Two Year' }] }], 'write "two_year"'],
    [
      'falls back to a value it does not list',
      [{ ...plan, default: 'gold' }],
      'default "gold" is not one of basic, pro',
    ],
    ['sends unknown values to "other" without having it', [{ ...plan, unknown: 'other' }], '"other" is not one of'],
  ])('that %s is refused with the reason', (_, table, reason) => {
    expect(() => assertFeatureTable(table)).toThrowError(
      expect.objectContaining({ code: 'invalid_feature_table', message: expect.stringContaining(reason) }),
    )
  })

  it('is refused with all its problems at once', () => {
    expect(() =>
      assertFeatureTable([
        { ...age, minimum: 200 },
        { ...plan, default: 'gold' },
      ]),
    ).toThrow(/minimum 200.*default "gold"/)
  })
})
