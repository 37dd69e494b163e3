import { meanWait, simulate, waitProbability, waitQuantile } from '@scaling-mlops/core/capacity'
import { describe, expect, it } from 'vitest'
import { anMmcQueue, poissonTrace } from '../../support/capacity.ts'

/** Service time 20 ms; share of arrivals that wait and mean wait in milliseconds, by Erlang C. */
const POINTS = [
  { rate: 200, slots: 5, waits: 0.554, wait: 11.1 },
  { rate: 200, slots: 6, waits: 0.285, wait: 2.85 },
  { rate: 200, slots: 7, waits: 0.135, wait: 0.9 },
  { rate: 200, slots: 8, waits: 0.059, wait: 0.3 },
  { rate: 50, slots: 2, waits: 0.333, wait: 6.67 },
]

describe('Erlang C', () => {
  it.each(POINTS)(
    'says $waits wait, $wait ms on average, at $rate a second and $slots slots',
    ({ rate, slots, waits, wait }) => {
      expect(waitProbability(rate * 0.02, slots)).toBeCloseTo(waits, 3)
      expect(meanWait(rate * 0.02, slots, 20)).toBeCloseTo(wait, wait > 10 ? 1 : 2)
    },
  )

  it('has everyone wait without end where the load reaches the slots', () => {
    expect(waitProbability(5, 5)).toBe(1)
    expect(meanWait(5, 5, 20)).toBe(Number.POSITIVE_INFINITY)
    expect(waitQuantile(6, 5, 20, 0.99)).toBe(Number.POSITIVE_INFINITY)
  })

  it('gives the quantile of M/M/1, whose wait is exponential beyond the share that does not wait', () => {
    // P(W > t) = ρ e^(−(1−ρ)t/S): 0.5 e^(−0.5 t/20) = 0.01
    expect(waitQuantile(0.5, 1, 20, 0.99)).toBeCloseTo(40 * Math.log(50), 9)
    expect(waitQuantile(0.005, 1, 20, 0.99)).toBe(0)
  })

  it('halves the wait where service does not vary', () => {
    expect(waitQuantile(0.5, 1, 20, 0.99, 0)).toBeCloseTo(waitQuantile(0.5, 1, 20, 0.99) / 2, 9)
  })
})

// half a million requests each; tests/soak/capacity.soak.ts does five millions within 2 %
describe('the simulator against Erlang C', () => {
  it.each(POINTS.filter(({ waits }) => waits > 0.1))('agrees at $rate a second and $slots slots', ({ rate, slots }) => {
    const { wait } = simulate(anMmcQueue(slots), poissonTrace(rate, 500_000 / rate), { seed: 1 })

    const expected = meanWait(rate * 0.02, slots, 20)
    expect(wait.share / waitProbability(rate * 0.02, slots)).toBeCloseTo(1, 1)
    expect(Math.abs(wait.meanMilliseconds / expected - 1)).toBeLessThan(0.05)
  })
})
