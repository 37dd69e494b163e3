import { createLatencies } from '@scaling-mlops/adapters/load'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const recorded = (durations: readonly number[]) => {
  const latencies = createLatencies()
  for (const duration of durations) latencies.record(duration)
  return latencies
}
const durations = fc.array(fc.double({ min: 0, max: 2_000_000, noNaN: true }), { minLength: 1, maxLength: 200 })

describe('latencies', () => {
  it('answer every quantile of what was recorded within 0.1 % and a microsecond', () => {
    fc.assert(
      fc.property(durations, fc.double({ min: 0, max: 1, noNaN: true }), (values, share) => {
        const exact = values.toSorted((a, b) => a - b)[
          Math.max(0, Math.ceil(share * values.length - 1e-9) - 1)
        ] as number
        const answered = recorded(values).quantile(share)

        expect(Math.abs(answered - exact)).toBeLessThanOrEqual(exact * 0.001 + 0.001)
      }),
    )
  })

  it('added to others count as if all had been recorded in one', () => {
    fc.assert(
      fc.property(durations, durations, (some, others) => {
        const merged = recorded(some)
        merged.add(recorded(others))

        const whole = recorded([...some, ...others])
        expect(merged.count).toBe(whole.count)
        expect([...merged.cells()]).toEqual([...whole.cells()])
      }),
    )
  })

  it('keep small durations exact to the microsecond', () => {
    const latencies = recorded(Array.from({ length: 1000 }, (_, index) => (index + 1) / 1000))

    expect([0.001, 0.29, 0.5, 0.99, 1].map(share => latencies.quantile(share))).toEqual([0.001, 0.29, 0.5, 0.99, 1])
  })

  it('count what is out of range at its ends', () => {
    const latencies = recorded([-5, 1e12])

    expect(latencies.quantile(0.5)).toBe(0)
    expect(latencies.quantile(1)).toBeCloseTo(2_147_483.647, 3)
  })

  it('have no quantile before the first', () => {
    expect(createLatencies().quantile(0.5)).toBeNaN()
  })
})
