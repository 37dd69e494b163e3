import { simulate } from '@scaling-mlops/core/capacity'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aPolicy, evenTrace, poissonTrace, steadyInstance, tracking } from '../../support/capacity.ts'

const HOUR = 3600

/** One second a request: the rate is the number of busy slots. */
function steadyPolicy(target: number, changes: Parameters<typeof aPolicy>[0] = {}) {
  return aPolicy({
    minimum: 1,
    maximum: 100,
    latencyTargetMilliseconds: 5000,
    scaling: tracking(target),
    // boot, one full period after it, and the delay of its judgement
    warmupSeconds: 250,
    admission: { maxQueuedRows: 1000, maxWaitMs: 10_000 },
    ...changes,
    instance: { ...steadyInstance, ...changes.instance },
  })
}

const load = fc
  .record({ busy: fc.double({ min: 0.6, max: 8, noNaN: true }), target: fc.integer({ min: 30, max: 90 }) })
  // next to a whole number of instances one request more or less in a minute decides
  .filter(({ busy, target }) => {
    const [needed, tolerated] = [(busy * 100) / target, (busy * 100) / (0.9 * target)]
    return [needed, tolerated].every(value => Math.abs(value - Math.round(value)) > 0.05)
  })

describe('target tracking under constant load', () => {
  it('comes to ⌈λS/T⌉ from below', () => {
    fc.assert(
      fc.property(load, ({ busy, target }) => {
        const needed = Math.ceil((busy * 100) / target)
        // as few as still keep up: where a backlog is worked off at the same time, more are needed for a while
        const initial = Math.min(needed, Math.floor(busy) + 1)
        const run = simulate(
          steadyPolicy(target),
          evenTrace(2 * HOUR, () => busy),
          { seed: 1, initial },
        )

        expect(run.samples.at(-1)?.capacity).toBe(needed)
        expect(run.scalings.every(({ from, to }) => to > from)).toBe(true)
      }),
      { numRuns: 25, seed: 9 },
    )
  })

  it('comes to within ⌈λS/T⌉ and ⌊λS/(0.9 T)⌋ from above, one instance at a time', () => {
    fc.assert(
      fc.property(load, ({ busy, target }) => {
        const needed = Math.ceil((busy * 100) / target)
        const run = simulate(
          steadyPolicy(target),
          evenTrace(3 * HOUR, () => busy),
          { seed: 1, initial: needed + 7 },
        )

        const last = run.samples.at(-1)?.capacity ?? 0
        expect(last).toBeGreaterThanOrEqual(needed)
        expect(last).toBeLessThanOrEqual(Math.max(needed, Math.floor((busy * 100) / (0.9 * target))))
        expect(run.scalings.every(({ from, to }) => to === from - 1)).toBe(true)
      }),
      { numRuns: 25, seed: 9 },
    )
  })

  it('goes straight to ⌈λS/T⌉ where any number may leave at once', () => {
    const policy = steadyPolicy(60, { scaling: tracking(60, { removeAtMost: 100 }) })

    const run = simulate(
      policy,
      evenTrace(HOUR, () => 3),
      { seed: 1, initial: 12 },
    )

    expect(run.scalings).toEqual([{ at: 15 * 60 + 10, from: 12, to: 5 }])
  })
})

describe('target tracking under changing load', () => {
  it('never scales on a sawtooth between 0.9 T and T', () => {
    const sawtooth = (second: number): number => 10 * (0.55 + 0.04 * ((second % 600) / 600))

    const run = simulate(steadyPolicy(60), evenTrace(6 * HOUR, sawtooth), { seed: 1, initial: 10 })

    expect(run.scalings).toEqual([])
    expect(run.samples.every(({ utilisation }) => utilisation > 50 && utilisation < 60)).toBe(true)
  })

  it('answers a doubled load with two scale-outs at most, and with enough', () => {
    for (const busy of [2.9, 5.7, 11.5]) {
      const doubled = evenTrace(3 * HOUR, second => (second < HOUR ? busy : 2 * busy))

      const run = simulate(steadyPolicy(60), doubled, { seed: 1 })

      const outs = run.scalings.filter(({ from, to }) => to > from)
      expect(outs.length).toBeGreaterThan(0)
      expect(outs.length).toBeLessThanOrEqual(2)
      expect(run.samples.at(-1)?.capacity).toBeGreaterThanOrEqual(Math.ceil((2 * busy) / 0.6))
    }
  })

  it('sees a doubled load after three periods, and serves with more after the boot', () => {
    const doubled = evenTrace(2 * HOUR, second => (second < HOUR ? 5.7 : 9))

    const run = simulate(steadyPolicy(60), doubled, { seed: 1 })

    const [out] = run.scalings
    expect(out).toMatchObject({ at: HOUR + 3 * 60 + 10, from: 10, to: 15 })
    const before = run.samples.find(({ at }) => at === HOUR + 360)
    const after = run.samples.find(({ at }) => at === HOUR + 420)
    expect([before?.serving, before?.capacity, after?.serving]).toEqual([10, 15, 15])
  })

  it('adds too many where the warm-up ends before the boot does', () => {
    const doubled = evenTrace(2 * HOUR, second => (second < HOUR ? 5.7 : 11.4))
    const most = (warmupSeconds: number): number =>
      simulate(steadyPolicy(60, { warmupSeconds }), doubled, { seed: 1 }).instances.most

    expect(most(0)).toBeGreaterThan(most(250))
    expect(most(250)).toBe(19)
  })

  it('does not scale in while an instance warms up, nor again on a period from before the last step', () => {
    const policy = steadyPolicy(60, { warmupSeconds: 900, scaling: tracking(60, { inPeriods: 1 }) })
    const falling = evenTrace(HOUR, second => (second < 600 ? 9 : 2))

    const { scalings } = simulate(policy, falling, { seed: 1, initial: 10 })

    const [out, first, second] = scalings
    expect(out).toMatchObject({ at: 190, from: 10, to: 15 })
    expect(first).toMatchObject({ at: 1090, from: 15, to: 14 })
    expect(second).toMatchObject({ at: 1210, from: 14, to: 13 })
  })

  it('stays between minimum and maximum whatever comes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 30, noNaN: true }), { minLength: 2, maxLength: 30 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 4, max: 12 }),
        fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        (rates, minimum, maximum, seed) => {
          const trace = { kind: 'rates', stepSeconds: 300, rates: Float64Array.from(rates) } as const
          const run = simulate(steadyPolicy(60, { minimum, maximum }), trace, { seed })

          expect(run.instances.least).toBeGreaterThanOrEqual(minimum)
          expect(run.instances.most).toBeLessThanOrEqual(maximum)
          for (const { serving, capacity } of run.samples) expect(serving).toBeLessThanOrEqual(capacity)
        },
      ),
      { numRuns: 50, seed: 9 },
    )
  })
})

describe('other ways to scale', () => {
  const overloaded = evenTrace(HOUR, () => 9)

  it("adds one at a time and rests between, as Elastic Beanstalk's own trigger does", () => {
    const scaling = {
      kind: 'simple',
      upper: 80,
      lower: 30,
      periods: 5,
      add: 1,
      remove: 1,
      cooldownSeconds: 360,
    } as const

    const { scalings } = simulate(steadyPolicy(60, { scaling }), overloaded, { seed: 1, initial: 4 })

    expect(scalings.every(({ from, to }) => to === from + 1)).toBe(true)
    scalings.slice(1).forEach(({ at }, index) => {
      expect(at - (scalings[index]?.at ?? 0)).toBeGreaterThanOrEqual(350)
    })
    expect(scalings.at(-1)?.to).toBe(12)
  })

  it('adds by the height of the breach in steps', () => {
    const steps = [
      { above: 0, add: 1 },
      { above: 20, add: 5 },
    ]
    const scaling = { kind: 'step', upper: 70, lower: 40, outPeriods: 3, inPeriods: 15, steps, remove: 1 } as const

    const high = simulate(steadyPolicy(60, { scaling }), overloaded, { seed: 1, initial: 4 })
    const slight = simulate(steadyPolicy(60, { scaling }), overloaded, { seed: 1, initial: 12 })

    expect(high.scalings[0]).toMatchObject({ from: 4, to: 9 })
    expect(slight.scalings[0]).toMatchObject({ from: 12, to: 13 })
  })

  it('never changes a fixed fleet', () => {
    const run = simulate(steadyPolicy(60, { scaling: { kind: 'fixed' } }), overloaded, { seed: 1, initial: 4 })

    expect(run.scalings).toEqual([])
    expect(run.instanceHours).toBeCloseTo(4, 6)
  })
})

it('scales at once on short periods, and not at all where a period has no report', () => {
  const metric = { publishSeconds: 10, periodSeconds: 10, delaySeconds: 2 }

  const run = simulate(steadyPolicy(60, { metric }), poissonTrace(9, 600), { seed: 1, initial: 10 })

  expect(run.scalings[0]?.at).toBeLessThanOrEqual(60)
})
