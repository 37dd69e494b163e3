import {
  assertReachable,
  parsePolicy,
  patternOf,
  SHIPPED_POLICY,
  searchPolicy,
  serviceQuantile,
  simulate,
  synthesiseTrace,
} from '@scaling-mlops/core/capacity'
import { describe, expect, it } from 'vitest'
import { aPolicy, tracking } from '../../support/capacity.ts'

const document = {
  latencyTargetMilliseconds: 100,
  minimum: 2,
  maximum: 20,
  warmupSeconds: 300,
  scaling: { kind: 'target_tracking', target: 65 },
  instance: { type: 'c7g.medium', slots: 1, bootSeconds: 180, service: { meanMilliseconds: 20 } },
  admission: {},
  metric: {},
}

describe('a policy document', () => {
  it('needs only what nobody can guess', () => {
    expect(parsePolicy(document)).toEqual(SHIPPED_POLICY)
  })

  it.each([
    [{ minimum: 5, maximum: 3 }, 'minimum 5 is over maximum 3; there is no such fleet'],
    [
      { scaling: { kind: 'target_tracking', target: 0 } },
      'scaling.target must be a number above 0 and at most 100; got 0',
    ],
    [{ scaling: { kind: 'target_traking', target: 60 } }, 'did you mean "target_tracking"?'],
    [{ scaling: { kind: 'simple', upper: 30, lower: 60 } }, 'scaling.lower 60 must be below scaling.upper 30'],
    [{ warmupSeconds: -1 }, 'warmupSeconds must be a number of at least 0; got -1'],
    [{ minimun: 2 }, 'minimun is not known here; did you mean "minimum"?'],
    [{ metric: { publishSeconds: 90 } }, 'periods without data never scale'],
    [{ instance: null }, 'instance must be an object; got null'],
  ])('with %j is refused', (change, message) => {
    expect(() => parsePolicy({ ...document, ...change })).toThrow(message)
  })

  it('is told all its problems at once', () => {
    expect(() => parsePolicy({ ...document, minimum: 0, maximum: 'many', routing: 'random' })).toThrow(
      /minimum must .* maximum must .* routing must be one of round_robin, least_outstanding/s,
    )
  })
})

describe('a latency target', () => {
  it('under what service alone takes is impossible, and the least that is possible is said', () => {
    const policy = aPolicy({ latencyTargetMilliseconds: 30 })

    // lognormal, mean 20, variation 0.25: 20 / √1.0625 · e^(3.0902 · √ln 1.0625)
    expect(serviceQuantile(policy.instance.service, 0.999)).toBeCloseTo(41.53, 1)
    expect(() => assertReachable(policy, 0.999)).toThrow('the least that is possible is 41.6 ms')
    expect(() => assertReachable(aPolicy({ latencyTargetMilliseconds: 42 }), 0.999)).not.toThrow()
  })
})

describe('the shipped policy', () => {
  const trace = synthesiseTrace({ requestsPerDay: 1e7, hours: 24, seed: 1, ...patternOf('mixed') })

  // ten million requests a run; the whole search is tests/soak/capacity.soak.ts
  it('keeps 99.9 % of the default trace in time, and the next higher target does not', { timeout: 60_000 }, () => {
    const higher = aPolicy({ scaling: tracking(70) })
    const allowed = 1e7 * 0.001

    const shipped = simulate(SHIPPED_POLICY, trace, { seed: 1 })
    const beyond = simulate(higher, trace, { seed: 1, stopWhen: ({ missed }) => missed > allowed })

    expect(shipped.requests).toBeGreaterThan(9.9e6)
    expect(shipped.kept).toBeGreaterThan(0.999)
    expect(beyond.stopped).toBe(true)
  })
})

it('a search that finds nothing says so', () => {
  const steep = synthesiseTrace({
    requestsPerDay: 8e6,
    hours: 2,
    seed: 1,
    flash: { hour: 1, factor: 9, riseMinutes: 1, fallMinutes: 30 },
  })
  const space = { targets: [60, 40], minimums: [2], warmups: [240] }

  const search = searchPolicy(aPolicy({ scaling: tracking(60) }), steep, { space, keep: 0.999, seed: 1 })

  expect(search).toEqual({ kept: [], tried: 2 })
})
