import {
  createSurvey,
  type DeclaredFeature,
  inferFeatures,
  inferTarget,
  orderClasses,
} from '@scaling-mlops/core/training'
import { describe, expect, it } from 'vitest'

function survey(header: string[], ...records: string[][]) {
  const surveyor = createSurvey(header, 'test.csv')
  for (const record of records) surveyor.add(record)
  return surveyor.finish()
}

function inferOne(values: string[], ...declared: DeclaredFeature[]) {
  const surveyed = survey(['Column', 't'], ...values.map(value => [value, 'x']))
  return inferFeatures(surveyed, { target: 't', drop: new Set(), declared }).features[0]
}

describe('a column', () => {
  it('of numbers is a number', () => {
    expect(inferOne(['1', ' 2.5 ', '-3e2'])).toEqual({ kind: 'number', name: 'column', title: 'Column' })
  })

  it('of numbers and blanks takes blanks as 0', () => {
    expect(inferOne(['1', ' ', ''])).toEqual({ kind: 'number', name: 'column', title: 'Column', missing: { fill: 0 } })
  })

  it('of texts is a category of sorted, normalised values, labelled as the file spells them', () => {
    expect(inferOne(['No phone service', 'yes', ' NO phone  service'])).toEqual({
      kind: 'category',
      name: 'column',
      title: 'Column',
      values: [{ value: 'no_phone_service', label: 'No phone service' }, { value: 'yes' }],
    })
  })

  it('of a few numbers and a text is a category', () => {
    expect(inferOne(['1', '2', '3', '4+'])).toMatchObject({ kind: 'category' })
  })

  it('of many numbers and a stray text is still a number, so that the text is found', () => {
    expect(inferOne([...Array.from({ length: 50 }, (_, n) => String(n)), 'n/a'])).toMatchObject({ kind: 'number' })
  })

  it('is what the features file says, where it says something', () => {
    expect(inferOne(['10', '9'], { name: 'Column', kind: 'category', title: 'Size', group: 'G' })).toEqual({
      kind: 'category',
      name: 'column',
      title: 'Size',
      group: 'G',
      values: [{ value: '9' }, { value: '10' }],
    })
    expect(
      inferOne(['b', 'a'], { name: 'column', values: [{ value: 'b', label: 'Bee' }, { value: 'a' }] }),
    ).toMatchObject({
      values: [{ value: 'b', label: 'Bee' }, { value: 'a' }],
    })
    expect(inferOne(['1', ''], { name: 'column', missing: { fill: 7 } })).toMatchObject({ missing: { fill: 7 } })
  })

  it('that the data do not have cannot be described', () => {
    expect(() => inferOne(['1'], { name: 'colum' })).toThrow(
      /"colum", which is no column of the data; did you mean "column"/,
    )
  })
})

describe('a target', () => {
  const target = (...values: string[]) => inferTarget(survey(['t'], ...values.map(value => [value])), 't', 'test.csv')

  it.each([
    { values: ['yes', 'no'], kind: 'category', count: 2 },
    { values: ['0', '1'], kind: 'category', count: 2 },
    { values: ['0', '1', '2'], kind: 'category', count: 3 },
    { values: ['1.5', '2', '2.5'], kind: 'number' },
    { values: Array.from({ length: 11 }, (_, n) => String(n)), kind: 'number' },
  ])('of $values is a $kind', ({ values, kind, count }) => {
    const inferred = target(...values)

    expect(inferred.kind).toBe(kind)
    if (inferred.kind === 'category') expect(inferred.values.length).toBe(count)
  })

  it('has its positive class last: the one asked for, else a word that says yes, else the later one', () => {
    const order = (values: string[], positive?: string) => {
      const ordered = orderClasses(target(...values), positive)
      return ordered.kind === 'category' ? ordered.values.map(({ value }) => value) : []
    }

    expect(order(['yes', 'no'])).toEqual(['no', 'yes'])
    expect(order(['true', 'untrue'])).toEqual(['untrue', 'true'])
    expect(order(['stay', 'go'])).toEqual(['go', 'stay'])
    expect(order(['stay', 'go'], 'Go')).toEqual(['stay', 'go'])
  })
})
