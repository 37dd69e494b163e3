import { shuffledFolds, shuffledSplit, stratifiedFolds, stratifiedSplit } from '@scaling-mlops/core/training'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { telcoReference } from '../../support/telco.ts'

const CUSTOMERS = 7_043

describe('the shuffled split', () => {
  it('has the very rows of scikit-learn', () => {
    const { train, test } = shuffledSplit(CUSTOMERS, 0.2, 1)

    expect([...test]).toEqual(telcoReference.testRows)
    expect([...train.slice(0, 20)]).toEqual(telcoReference.firstTrainRows)
    expect(train.length).toBe(5_634)
  })

  it('has the very folds of scikit-learn', () => {
    const folds = shuffledFolds(5_634, 5, 1)

    expect(folds.map(({ test }) => [...test.slice(0, 5)])).toEqual(telcoReference.firstHeldOutPlaces)
    expect(folds.map(({ test }) => test.length)).toEqual([1_127, 1_127, 1_127, 1_127, 1_126])
  })
})

describe('every split', () => {
  const classes = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 10, maxLength: 200 })
  const seed = fc.integer({ min: 0, max: 2 ** 32 - 1 })

  it('holds every row exactly once', () => {
    fc.assert(
      fc.property(classes, seed, (classes, seed) => {
        for (const { train, test } of [shuffledSplit(classes.length, 0.25, seed), stratifiedSplit(classes, 0.25, seed)])
          expect([...train, ...test].sort((a, b) => a - b)).toEqual(classes.map((_, row) => row))
      }),
    )
  })

  it('holds out every row in exactly one fold', () => {
    fc.assert(
      fc.property(classes, seed, (classes, seed) => {
        for (const folds of [shuffledFolds(classes.length, 4, seed), stratifiedFolds(classes, 4, seed)]) {
          expect(folds.flatMap(({ test }) => [...test]).sort((a, b) => a - b)).toEqual(classes.map((_, row) => row))
          for (const { train, test } of folds) expect(train.length + test.length).toBe(classes.length)
        }
      }),
    )
  })

  it('is the same for the same seed', () => {
    const classes = Array.from({ length: 100 }, (_, row) => row % 3)

    expect(stratifiedSplit(classes, 0.2, 7)).toEqual(stratifiedSplit(classes, 0.2, 7))
    expect(stratifiedSplit(classes, 0.2, 7)).not.toEqual(stratifiedSplit(classes, 0.2, 8))
  })
})

describe('the stratified split', () => {
  it('gives the test its share of every class', () => {
    const classes = Array.from({ length: 1_000 }, (_, row) => (row < 100 ? 1 : 0))

    const { test } = stratifiedSplit(classes, 0.2, 1)

    expect([...test].filter(row => classes[row] === 1).length).toBe(20)
    expect(test.length).toBe(200)
  })

  it('spreads every class over the folds as evenly as it goes', () => {
    const classes = Array.from({ length: 103 }, (_, row) => (row < 23 ? 1 : 0))

    const positives = stratifiedFolds(classes, 5, 1).map(
      ({ test }) => [...test].filter(row => classes[row] === 1).length,
    )

    expect(positives.sort()).toEqual([4, 4, 5, 5, 5])
  })
})
