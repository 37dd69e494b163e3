import { compilePreprocess, compileValidate, type FeatureTable, normalise, numberFrom } from '@scaling-mlops/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const table: FeatureTable = [
  { kind: 'number', name: 'age', integer: true, minimum: 0, maximum: 120 },
  { kind: 'number', name: 'income', missing: { fill: -1 }, default: 7 },
  {
    kind: 'category',
    name: 'plan',
    values: [{ value: 'basic' }, { value: 'pro' }, { value: '2' }],
    missing: { fill: 'basic' },
  },
  {
    kind: 'category',
    name: 'region',
    values: [{ value: 'north' }, { value: 'other' }],
    unknown: 'other',
    default: 'north',
  },
  { kind: 'category', name: 'device', values: [{ value: 'phone' }, { value: 'desk_top' }], unknown: 'zeros' },
]
const validate = compileValidate(table)
const good = { age: 30, income: 1.5, plan: 'pro', region: 'north', device: 'phone' }

describe('validation', () => {
  it('reads a good row as numbers and indices, in table order', () => {
    expect(validate(good)).toEqual({ ok: true, row: [30, 1.5, 1, 0, 0] })
  })

  it('takes defaults for absent fields, and fills null and blanks by their missing rule', () => {
    const { income: _, region: __, ...rest } = good
    expect(validate(rest)).toEqual({ ok: true, row: [30, 7, 1, 0, 0] })
    expect(validate({ ...good, income: null, plan: '  ' })).toEqual({ ok: true, row: [30, -1, 0, 0, 0] })
  })

  it('reads an undefined value as an absent field', () => {
    expect(validate({ ...good, income: undefined })).toEqual({ ok: true, row: [30, 7, 1, 0, 0] })
    expect(validate({ ...good, age: undefined })).toMatchObject({
      ok: false,
      issues: [{ field: 'age', code: 'missing' }],
    })
  })

  it('follows the rule for unknown values: reject, other, zeros', () => {
    expect(validate({ ...good, plan: 'gold' })).toMatchObject({
      ok: false,
      issues: [{ field: 'plan', code: 'not_allowed', allowed: ['basic', 'pro', '2'] }],
    })
    expect(validate({ ...good, region: 'mars' })).toMatchObject({ ok: true, row: [30, 1.5, 1, 1, 0] })
    expect(validate({ ...good, device: 'watch' })).toMatchObject({ ok: true, row: [30, 1.5, 1, 0, -1] })
  })

  it('reads a number as the category value that is written so', () => {
    expect(validate({ ...good, plan: 2 })).toMatchObject({ ok: true, row: [30, 1.5, 2, 0, 0] })
  })

  it('cuts the issues of a row with a million wrong keys', () => {
    const wrong = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`key${index}`, 1]))
    const result = validate({ ...good, ...wrong })
    expect(result.ok).toBe(false)
    if (!result.ok) {
      expect(result.issues).toHaveLength(51)
      expect(result.issues.at(-1)?.message).toBe('99950 more fields are not known to the model')
    }
  })

  it('accepts exactly what its slow and simple description accepts', () => {
    const cell = fc.oneof(
      fc.double(),
      fc.integer({ min: -5, max: 130 }),
      fc.constantFrom('30', ' 1e2 ', '0x1', '', ' ', 'Basic', ' PRO', 'desk top', 'watch', '2'),
      fc.constant(null),
      fc.boolean(),
    )
    const names = fc.constantFrom('age', 'income', 'plan', 'region', 'device')
    fc.assert(
      fc.property(fc.dictionary(names, cell), changes => {
        const input = { ...good, ...changes }
        expect(validate(input).ok).toBe(describedAsGood(input))
      }),
      { numRuns: 2000 },
    )
  })
})

/** The promise of validation in the plainest words, to compare with. */
function describedAsGood(input: Readonly<Record<string, unknown>>): boolean {
  const blank = (value: unknown): boolean => value === null || (typeof value === 'string' && value.trim() === '')
  const number = (value: unknown): number =>
    typeof value === 'number' ? value : typeof value === 'string' ? (numberFrom(value) ?? Number.NaN) : Number.NaN
  const age = number(input.age)
  const ageGood = !blank(input.age) && Number.isInteger(age) && age >= 0 && age <= 120
  const incomeGood = blank(input.income) || Math.abs(number(input.income)) <= 3.4028234663852886e38
  const planGood = blank(input.plan) || ['basic', 'pro', '2'].includes(normalise(String(input.plan)))
  return ageGood && incomeGood && planGood && !blank(input.region) && !blank(input.device)
}

describe('preprocessing', () => {
  const { width, write } = compilePreprocess(table)

  it('writes numbers as themselves and categories as one 1, over whatever stood there', () => {
    const target = new Float32Array(width * 2).fill(9)
    write([30, 1.5, 1, 0, -1], target, width)
    expect(Array.from(target.subarray(width))).toEqual([30, 1.5, 0, 1, 0, 1, 0, 0, 0])
    expect(Array.from(target.subarray(0, width))).toEqual(new Array(width).fill(9))
  })
})

describe('normalisation', () => {
  it.each([
    [' DSL ', 'dsl'],
    ['No phone  service', 'no_phone_service'],
    ['SeniorCitizen', 'seniorcitizen'],
  ])('of %j is %j', (text, normal) => {
    expect(normalise(text)).toBe(normal)
  })

  it('is done once and for all', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), text => normalise(normalise(text)) === normalise(text)))
  })

  it('reads text as a number only where it is exactly one', () => {
    expect(['1', ' 2.5e3 ', '-0.5', '.5', '5.', '+7'].map(numberFrom)).toEqual([1, 2500, -0.5, 0.5, 5, 7])
    expect(['', ' ', '1,000', '0x10', 'Infinity', 'NaN', '1e', '1 2', '--1', '١'].map(numberFrom)).toEqual(
      new Array(10).fill(undefined),
    )
  })

  it('writes every finite number so that it is read back', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        value => Object.is(numberFrom(String(value)), value === 0 ? 0 : value) || numberFrom(String(value)) === value,
      ),
    )
  })

  it('refuses a megabyte of digits and a letter without hanging', () => {
    expect(numberFrom(`${'1'.repeat(1_000_000)}x`)).toBeUndefined()
  })
})
