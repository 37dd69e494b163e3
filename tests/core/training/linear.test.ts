import { createDesign, fitLinear, linearObjective, logistic, softmax, squared } from '@scaling-mlops/core/training'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { someRecords, toDataset } from '../../support/small-dataset.ts'

const header = ['age', 'spend', 'plan', 'left']
const twoClasses = toDataset(header, someRecords(80, ['no', 'yes']))
const threeClasses = toDataset(header, someRecords(80, ['low', 'mid', 'high']))
const numbers = toDataset(
  header,
  someRecords(
    80,
    Array.from({ length: 30 }, (_, index) => String(index / 4)),
  ),
)
const allRows = Uint32Array.from({ length: 80 }, (_, row) => row)

const cases = [
  { name: 'logistic', dataset: twoClasses, options: { family: logistic, c: 0.7, classWeights: [1, 2.5] } },
  { name: 'softmax', dataset: threeClasses, options: { family: softmax(3), c: 0.7, classWeights: [1, 2, 0.5] } },
  { name: 'ridge', dataset: numbers, options: { family: squared, c: 0.7 } },
]

describe.each(cases)('the $name objective', ({ dataset, options }) => {
  const { size, evaluate } = linearObjective(createDesign(dataset, allRows), options)
  const valueAt = (point: Float64Array): number =>
    evaluate(point, new Float64Array(size), new Float64Array(size * size))
  const gradientAt = (point: Float64Array): Float64Array => {
    const gradient = new Float64Array(size)
    evaluate(point, gradient, new Float64Array(size * size))
    return gradient
  }
  const points = fc
    .array(fc.double({ min: -0.02, max: 0.02, noNaN: true }), { minLength: size, maxLength: size })
    .map(values => Float64Array.from(values))

  it('has the gradient that finite differences find', () => {
    fc.assert(
      fc.property(points, fc.nat(size - 1), (point, index) => {
        const nudge = 1e-6
        const up = point.with(index, Number(point[index]) + nudge)
        const down = point.with(index, Number(point[index]) - nudge)
        const difference = (valueAt(up) - valueAt(down)) / (2 * nudge)
        const slope = Number(gradientAt(point)[index])

        expect(Math.abs(difference - slope)).toBeLessThan(1e-4 * Math.max(1, Math.abs(slope)))
      }),
      { numRuns: 60 },
    )
  })

  it('has the Hessian that finite differences of the gradient find', () => {
    const point = new Float64Array(size).fill(0.001)
    const hessian = new Float64Array(size * size)
    evaluate(point, new Float64Array(size), hessian)
    for (let row = 0; row < size; row++) {
      const nudge = 1e-6
      const up = gradientAt(point.with(row, Number(point[row]) + nudge))
      const down = gradientAt(point.with(row, Number(point[row]) - nudge))
      for (let column = 0; column <= row; column++) {
        const difference = (Number(up[column]) - Number(down[column])) / (2 * nudge)
        const bend = Number(hessian[row * size + column])
        expect(Math.abs(difference - bend), `${row},${column}`).toBeLessThan(1e-3 * Math.max(1, Math.abs(bend)))
      }
    }
  })

  it('is at its minimum where the fit ends, whatever the order of the rows', () => {
    const { model, facts } = fitLinear(createDesign(dataset, allRows), options)
    const reversed = fitLinear(createDesign(dataset, allRows.toReversed()), options)

    expect(facts.converged).toBe(true)
    expect(facts.gradient).toBeLessThan(1e-5)
    model.coefficients.forEach((weights, output) => {
      weights.forEach((weight, column) => {
        expect(reversed.model.coefficients[output]?.[column]).toBeCloseTo(weight, 9)
      })
    })
  })
})

describe('the multinomial fit', () => {
  it('leaves intercepts and coefficients that sum to zero over the classes', () => {
    const { model } = fitLinear(createDesign(threeClasses, allRows), { family: softmax(3), c: 1 })

    expect(model.intercepts.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 9)
    for (let column = 0; column < 5; column++)
      expect(model.coefficients.reduce((sum, weights) => sum + Number(weights[column]), 0)).toBeCloseTo(0, 9)
  })
})
