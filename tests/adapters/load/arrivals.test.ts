import { createArrivals } from '@scaling-mlops/adapters/load'
import { describe, expect, it } from 'vitest'
import { seeded } from '../../support/scored-telco.ts'

const take = (count: number, arrivals: () => number): number[] => Array.from({ length: count }, arrivals)

describe('arrivals', () => {
  it('are evenly spaced when constant, without drift', () => {
    const moments = take(30_001, createArrivals('constant', 3))

    expect(moments.slice(0, 4)).toEqual([0, 1000 / 3, 2000 / 3, 1000])
    expect(moments.at(-1)).toBe(10_000_000)
  })

  it('are exponentially spaced when Poisson: mean and deviation of the gaps are 1 / rate, and the counts of seconds vary as they should', () => {
    const moments = take(100_000, createArrivals('poisson', 200, seeded(7)))
    const gaps = moments.slice(1).map((moment, index) => moment - (moments[index] as number))
    const { mean, deviation } = spread(gaps)
    const seconds = Array.from({ length: 450 }, () => 0)
    for (const moment of moments) {
      const second = Math.floor(moment / 1000)
      if (second < seconds.length) seconds[second] = (seconds[second] as number) + 1
    }
    const counts = spread(seconds)

    expect(gaps.every(gap => gap >= 0)).toBe(true)
    expect(mean).toBeCloseTo(5, 1)
    expect(deviation).toBeCloseTo(5, 1)
    expect(counts.mean).toBeGreaterThan(195)
    expect(counts.mean).toBeLessThan(205)
    expect(counts.deviation ** 2 / counts.mean).toBeGreaterThan(0.8)
    expect(counts.deviation ** 2 / counts.mean).toBeLessThan(1.2)
  })

  it('need a rate above 0', () => {
    for (const rate of [0, -1, Number.NaN])
      expect(() => createArrivals('constant', rate)).toThrow('a rate is a number above 0')
  })
})

function spread(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return { mean, deviation: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) }
}
