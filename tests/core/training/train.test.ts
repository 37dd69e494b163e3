import { createDesign, fitLinear, logistic, train } from '@scaling-mlops/core/training'
import { describe, expect, it } from 'vitest'
import { someRecords, toDataset } from '../../support/small-dataset.ts'

const header = ['age', 'spend', 'plan', 'left']
const dataset = toDataset(header, someRecords(600, ['no', 'yes']))
const settings = { split: 'stratified', testShare: 0.25, seed: 3, folds: 4, threshold: 0.5 } as const
const withC = (...cs: number[]) => cs.map(c => ({ algorithm: 'linear', c }) as const)

describe('training', () => {
  it('chooses the candidate that does best in cross-validation, and fits that one to all training rows', () => {
    const { tried, chosen, crossValidation, model, split } = train(dataset, {
      ...settings,
      candidates: withC(1e-9, 1, 1e-10),
    })

    const means = tried.map(({ crossValidation }) => crossValidation.mean)
    expect(means.length).toBe(3)
    expect(Math.max(...means)).toBeGreaterThan(Math.min(...means))
    expect(crossValidation?.mean).toBe(Math.max(...means))
    expect(chosen).toEqual(tried[means.indexOf(Math.max(...means))]?.settings)
    const again = fitLinear(createDesign(dataset, split.train), { family: logistic, c: 'c' in chosen ? chosen.c : 0 })
    expect(model).toEqual(again.model)
  })

  it('chooses the least error where the target is a number', () => {
    const numbers = toDataset(
      header,
      someRecords(
        300,
        Array.from({ length: 30 }, (_, index) => String(index / 4)),
      ),
    )

    const { tried, crossValidation } = train(numbers, { ...settings, candidates: withC(1e-9, 1) })

    const means = tried.map(({ crossValidation }) => crossValidation.mean)
    expect(crossValidation?.metric).toBe('rmse')
    expect(crossValidation?.mean).toBe(Math.min(...means))
  })

  it('does not choose without cross-validation', () => {
    expect(() => train(dataset, { ...settings, folds: 0, candidates: withC(1, 2) })).toThrow(/needs cross-validation/)
  })

  it.each([
    { learner: { algorithm: 'linear', c: 1e6 } },
    { learner: { algorithm: 'trees', trees: 60, depth: 2, learningRate: 0.2 } },
  ] as const)('lets class weights move the probabilities of $learner.algorithm', ({ learner }) => {
    const rare = toDataset(header, someRecords(2_000, ['no', 'no', 'no', 'no', 'yes']))
    const meanOf = (classWeights?: 'balanced' | Record<string, number>): number => {
      const { testScores } = train(rare, {
        ...settings,
        folds: 0,
        candidates: [{ ...learner, ...(classWeights === undefined ? {} : { classWeights }) }],
      })
      return testScores.reduce((sum, score) => sum + score, 0) / testScores.length
    }

    expect(meanOf()).toBeLessThan(0.2)
    expect(meanOf('balanced')).toBeGreaterThan(meanOf() + 0.1)
    expect(meanOf({ yes: 2, no: 2 })).toBeCloseTo(meanOf(), 2)
    expect(meanOf({ yes: 1e4 })).toBeGreaterThan(meanOf('balanced'))
  })

  it('weighs balanced classes as scikit-learn does: rows / (classes · rows of the class)', () => {
    const { split, model } = train(dataset, {
      ...settings,
      folds: 0,
      candidates: [{ algorithm: 'linear', c: 1, classWeights: 'balanced' }],
    })
    const positives = split.train.filter(row => dataset.targets[row] === 1).length
    const rows = split.train.length
    const classWeights = [rows / (2 * (rows - positives)), rows / (2 * positives)]

    const expected = fitLinear(createDesign(dataset, split.train), { family: logistic, c: 1, classWeights })

    expect(model).toEqual(expected.model)
  })

  it('stops where a class is too rare for the folds', () => {
    const records = someRecords(100, ['no', 'yes']).map((record, row) => [
      ...record.slice(0, 3),
      row < 4 ? 'yes' : 'no',
    ])

    expect(() => train(toDataset(header, records), { ...settings, candidates: withC(1) })).toThrow(
      /3 of the training rows are "yes", too few for 4 folds/,
    )
  })
})
