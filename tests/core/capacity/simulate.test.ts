import { SHIPPED_POLICY, simulate, summariseTrace } from '@scaling-mlops/core/capacity'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aPolicy, evenTrace, poissonTrace, steadyInstance } from '../../support/capacity.ts'

describe('a run', () => {
  const busy = poissonTrace(120, 1800)

  it('is the same for the same seed, and another for another', () => {
    const run = simulate(SHIPPED_POLICY, busy, { seed: 7 })

    expect(simulate(SHIPPED_POLICY, busy, { seed: 7 })).toEqual(run)
    expect(simulate(SHIPPED_POLICY, busy, { seed: 8 })).not.toEqual(run)
  })

  it('loses no request and does all the work of those it accepts', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 4 }),
        fc.constantFrom('round_robin' as const, 'least_outstanding' as const),
        (counts, slots, routing) => {
          const trace = { kind: 'counts', stepSeconds: 60, counts: Float64Array.from(counts) } as const
          const policy = aPolicy({
            routing,
            maximum: 4,
            admission: { maxQueuedRows: 20, maxWaitMs: 200 },
            instance: { slots },
          })
          const run = simulate(policy, trace, { seed: 1 })

          expect(run.requests).toBe(summariseTrace(trace).requests)
          expect(run.rejected + run.late).toBeLessThanOrEqual(run.requests)
          expect(run.kept).toBeCloseTo(run.requests === 0 ? 1 : 1 - (run.rejected + run.late) / run.requests, 12)
          // accepted requests wait no longer than admission allows, and the last bit of work before them
          expect(run.latencyMilliseconds.p999).toBeLessThan(200 + 5 * 60)
        },
      ),
      { numRuns: 40, seed: 9 },
    )
  })

  it('measures latency, wait and utilisation of a queue that can be worked out by hand', () => {
    // two requests at once every ten seconds to one slot of a second: the second waits for the first
    const seconds = Float64Array.from({ length: 120 }, (_, index) => 10 * Math.floor(index / 2) + 1)
    const policy = aPolicy({
      minimum: 1,
      scaling: { kind: 'fixed' },
      latencyTargetMilliseconds: 1500,
      instance: steadyInstance,
      admission: { maxQueuedRows: 5, maxWaitMs: 5000 },
    })

    const run = simulate(policy, { kind: 'timestamps', seconds }, { seed: 1, initial: 1 })

    expect(run).toMatchObject({ requests: 120, late: 60, rejected: 0, kept: 0.5 })
    expect(run.wait).toEqual({ meanMilliseconds: 500, share: 0.5 })
    expect(run.latencyMilliseconds.mean).toBeCloseTo(1500, 9)
    expect(run.latencyMilliseconds.p99 / 2000).toBeCloseTo(1, 2)
    expect(run.utilisation).toBeCloseTo(20, 0)
  })

  it('refuses what would wait longer than admission allows', () => {
    const policy = aPolicy({
      minimum: 1,
      maximum: 1,
      scaling: { kind: 'fixed' },
      instance: steadyInstance,
      admission: { maxQueuedRows: 100, maxWaitMs: 3000 },
    })

    const run = simulate(
      policy,
      evenTrace(600, () => 3),
      { seed: 1 },
    )

    expect(run.rejected / run.requests).toBeCloseTo(2 / 3, 1)
    expect(run.wait.meanMilliseconds).toBeLessThanOrEqual(3000)
  })

  it('refuses what finds the queue full', () => {
    const policy = aPolicy({
      minimum: 1,
      scaling: { kind: 'fixed' },
      instance: steadyInstance,
      admission: { maxQueuedRows: 1, maxWaitMs: 1e6 },
    })

    const run = simulate(
      policy,
      { kind: 'timestamps', seconds: Float64Array.of(0, 0, 0, 0, 0, 9) },
      { seed: 1, initial: 1 },
    )

    expect(run).toMatchObject({ requests: 6, rejected: 3 })
  })

  it('counts work when it is done, not when it comes', () => {
    const service = { meanMilliseconds: 25_000, shape: 'constant', variation: 1 } as const
    const policy = aPolicy({
      minimum: 1,
      scaling: { kind: 'fixed' },
      instance: { slots: 1, service },
      admission: { maxQueuedRows: 9, maxWaitMs: 1e6 },
    })

    const { samples } = simulate(
      policy,
      { kind: 'timestamps', seconds: Float64Array.of(0, 60) },
      { seed: 1, initial: 1 },
    )

    expect(samples.map(({ utilisation }) => utilisation)).toEqual([100, 100, 50, 0, 0, 0])
  })

  it('pays a leaving instance until it has drained', () => {
    const policy = aPolicy({
      minimum: 1,
      instance: { ...steadyInstance, drainSeconds: 120 },
      admission: { maxQueuedRows: 100, maxWaitMs: 9000 },
    })

    const run = simulate(
      policy,
      evenTrace(1200, () => 0.1),
      { seed: 1, initial: 2 },
    )

    expect(run.scalings).toHaveLength(1)
    expect(run.instanceHours * 3600).toBeCloseTo(run.seconds + (run.scalings[0]?.at ?? 0) + 120, 0)
  })

  it('ends early when told to, with the figures up to there', () => {
    const run = simulate(SHIPPED_POLICY, busy, { seed: 1, stopWhen: ({ at }) => at >= 600 })

    expect(run).toMatchObject({ stopped: true, seconds: 600 })
    expect(run.requests).toBeLessThan(120 * 600 * 1.05)
  })
})

it('spreads requests over instances: taking turns waits longer than the least busy, and that longer than one queue', () => {
  const service = { meanMilliseconds: 20, shape: 'exponential', variation: 1 } as const
  const waitOf = (slots: number, instances: number, routing: 'round_robin' | 'least_outstanding'): number => {
    const policy = aPolicy({ scaling: { kind: 'fixed' }, routing, instance: { slots, service } })
    return simulate(policy, poissonTrace(140, 900), { seed: 1, initial: instances }).wait.meanMilliseconds
  }

  expect(waitOf(1, 4, 'least_outstanding')).toBeLessThan(waitOf(1, 4, 'round_robin'))
  expect(waitOf(4, 1, 'round_robin')).toBeLessThan(waitOf(1, 4, 'least_outstanding'))
})
