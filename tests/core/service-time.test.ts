import { createServiceTime } from '@scaling-mlops/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

describe('service time', () => {
  it('learns a start and a slope from runs of different sizes', () => {
    const serviceTime = createServiceTime()
    for (let index = 0; index < 200; index++) serviceTime.learn(1 + (index % 50), 3 + 0.5 * (1 + (index % 50)))
    expect(serviceTime.predict(1)).toBeCloseTo(3.5, 1)
    expect(serviceTime.predict(100)).toBeCloseTo(53, 0)
  })

  it('forgets what no longer holds', () => {
    const serviceTime = createServiceTime()
    for (let index = 0; index < 500; index++) serviceTime.learn(1 + (index % 10), index < 250 ? 100 : 1 + (index % 10))
    expect(serviceTime.predict(5)).toBeLessThan(8)
  })

  it('says how many rows a run of so long takes, or of twice its fixed part', () => {
    const linear = createServiceTime()
    expect(linear.rowsWithin(20)).toBe(Number.POSITIVE_INFINITY)
    linear.learn(1, 5)
    expect(linear.rowsWithin(20)).toBe(4)
    const fixed = createServiceTime()
    for (let index = 0; index < 200; index++) fixed.learn(1 + (index % 50), 100 + 0.5 * (1 + (index % 50)))
    expect(fixed.rowsWithin(20)).toBeGreaterThanOrEqual(190)
    expect(fixed.rowsWithin(20)).toBeLessThanOrEqual(210)
  })

  it('has larger runs tried where all had one size, so that a model that gains by a batch is found out', () => {
    const takes = (rows: number) => 50 + 0.01 * rows
    const serviceTime = createServiceTime()
    for (let index = 0; index < 300; index++) serviceTime.learn(1, takes(1))
    const sizes: number[] = []
    for (let left = 200; left > 0; left -= sizes.at(-1) ?? 0) {
      sizes.push(Math.min(left, serviceTime.rowsWithin(20)))
      serviceTime.learn(sizes.at(-1) ?? 0, takes(sizes.at(-1) ?? 0))
    }
    expect(sizes.slice(0, 2)).toEqual([2, 198])
  })

  it('tries a larger run only now and then where each row takes its time', () => {
    const serviceTime = createServiceTime()
    for (let index = 0; index < 300; index++) serviceTime.learn(1, 5)
    const sizes = Array.from({ length: 200 }, () => {
      const rows = serviceTime.rowsWithin(20)
      serviceTime.learn(rows, 5 * rows)
      return rows
    })
    expect(Math.max(...sizes)).toBeLessThanOrEqual(8)
    expect(sizes.filter(rows => rows > 4).length).toBeLessThan(20)
  })

  it('never predicts less than nothing', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 1000 }), fc.double({ min: 0, max: 1e4, noNaN: true })), {
          minLength: 1,
        }),
        fc.integer({ min: 0, max: 5000 }),
        (runs, rows) => {
          const serviceTime = createServiceTime()
          for (const [size, time] of runs) serviceTime.learn(size, time)
          expect(serviceTime.predict(rows)).toBeGreaterThanOrEqual(-1e-9)
        },
      ),
    )
  })
})
