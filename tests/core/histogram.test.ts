import { createHistogram } from '@scaling-mlops/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const recorded = (durations: readonly number[], digits?: number) => {
  const histogram = createHistogram(digits)
  for (const duration of durations) histogram.record(duration)
  return histogram
}
const durations = fc.array(fc.double({ min: 0, max: 3_600_000, noNaN: true }), { minLength: 1, maxLength: 200 })

describe('a histogram', () => {
  it.each([
    [2, 0.1],
    [4, 0.001],
  ])('of %i digits answers every quantile from above, within %f and a microsecond', (digits, error) => {
    fc.assert(
      fc.property(durations, fc.double({ min: 0, max: 1, noNaN: true }), (values, share) => {
        const rank = Math.max(1, Math.ceil(share * values.length - 1e-9))
        const exact = values.toSorted((a, b) => a - b)[rank - 1] as number
        const answered = recorded(values, digits).quantile(share)

        expect(answered - exact).toBeGreaterThanOrEqual(-1e-9 * exact - 1e-9)
        expect(answered - exact).toBeLessThanOrEqual(exact * error + 0.001 + 1e-9)
      }),
    )
  })

  it('added to others counts as if all had been recorded in one', () => {
    fc.assert(
      fc.property(durations, durations, (some, others) => {
        const merged = recorded(some)
        merged.add(JSON.parse(JSON.stringify(recorded(others).snapshot())))

        const whole = recorded([...some, ...others])
        expect(merged.count).toBe(whole.count)
        expect(merged.sum).toBeCloseTo(whole.sum, 3)
        const { longest, counts } = whole.snapshot()
        expect(merged.snapshot()).toMatchObject({ longest, counts })
      }),
    )
  })

  it('has 1, 2 and 5 times every power of ten as edges, and what lies on an edge below it', () => {
    const edges = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000]

    expect(recorded(edges).snapshot().longest).toEqual(edges)
  })

  it('counts what is out of range at its ends', () => {
    const histogram = recorded([-5, 1e12])

    expect([0.5, 1].map(share => histogram.quantile(share))).toEqual([0, 3_600_000])
  })

  it('has no quantile before the first', () => {
    expect(createHistogram().quantile(0.5)).toBeNaN()
  })
})
