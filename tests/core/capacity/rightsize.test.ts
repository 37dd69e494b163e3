import {
  calibrationWork,
  type Demand,
  type Objective,
  patternOf,
  recommend,
  SHIPPED_PRICES,
  synthesiseTrace,
  vcpuSpeed,
} from '@scaling-mlops/core/capacity'
import { describe, expect, it } from 'vitest'

const demand: Demand = { service: { meanMilliseconds: 20, shape: 'lognormal', variation: 0.25 }, memoryMb: 200 }

function recommended(change: {
  demand?: Partial<Demand>
  objective?: Objective
  requestsPerDay?: number
  scores?: Parameters<typeof vcpuSpeed>[1]
}) {
  const { requestsPerDay = 2e6, scores } = change
  return recommend({
    demand: { ...demand, ...change.demand },
    objective: change.objective ?? { share: 0.99, milliseconds: 100 },
    trace: synthesiseTrace({ requestsPerDay, hours: 24, seed: 1, ...patternOf('daily') }),
    prices: SHIPPED_PRICES,
    bootSeconds: 180,
    logBytesPerRequest: 200,
    seed: 1,
    ...(scores && { scores }),
  })
}

const work = (milliseconds: number, memoryMb = 200): Partial<Demand> => ({
  service: { ...demand.service, meanMilliseconds: milliseconds },
  memoryMb,
})

describe('a recommendation', () => {
  const usual = recommended({})

  it('is the cheapest type that fits, in at least two zones, and the simulator confirms it', () => {
    const costs = usual.fleets.map(({ bill }) => bill.monthly)

    expect(costs).toEqual(costs.toSorted((a, b) => a - b))
    expect(usual.fleet.type).toBe(usual.fleets[0]?.type)
    expect(usual.policy.minimum).toBeGreaterThanOrEqual(2)
    expect(usual.run?.kept).toBeGreaterThan(0.99)
    expect(usual.policy).toMatchObject({ latencyTargetMilliseconds: 100, warmupSeconds: 300 })
  })

  it('sizes limits so that what is accepted is in time', () => {
    const { fleet } = usual

    expect(fleet.maxQueuedRows * fleet.service.meanMilliseconds).toBeLessThanOrEqual(fleet.maxWaitMs)
    expect(fleet.maxWaitMs).toBeLessThan(100)
    expect(fleet.concurrency).toBe(Math.floor((fleet.slots * 100) / fleet.service.meanMilliseconds))
  })

  it('says why a type does not fit: memory, credits, speed', () => {
    const reason = (recommendation: ReturnType<typeof recommended>, type: string) =>
      recommendation.unfit.find(entry => entry.type === type)?.reason

    expect(reason(recommended({ demand: work(20, 900) }), 't4g.small')).toBe('needs 2250 MB for 2 processes, has 2048')
    expect(reason(recommended({ requestsPerDay: 8e6 }), 't4g.small')).toMatch(
      /busy on average, its credits last for 20 %/,
    )
    expect(reason(recommended({ demand: work(40) }), 't3.small')).toMatch(/ms with nobody waiting, 100 ms are allowed/)
  })

  it('takes Lambda for few requests and Beanstalk for many, with the break-even between', () => {
    const few = recommended({ requestsPerDay: 1e5 })
    const many = recommended({ requestsPerDay: 1e7 })

    expect([few.place, many.place]).toEqual(['lambda', 'beanstalk'])
    for (const { breakEvenRequests = 0, requestsPerMonth, place } of [few, many])
      expect(breakEvenRequests > requestsPerMonth ? 'lambda' : 'beanstalk').toBe(place)
  })

  it('gives Lambda time in proportion to memory up to one vCPU, and refuses sizes that are too small or too slow', () => {
    const size = (memoryMb: number) => usual.lambda.sizes.find(entry => entry.memoryMb === memoryMb)

    expect((size(512)?.milliseconds ?? 0) / (size(1024)?.milliseconds ?? 1)).toBeCloseTo(2, 9)
    expect(size(3008)?.milliseconds).toBe(size(1769)?.milliseconds)
    expect(size(128)?.unfit).toBe('needs 250 MB')
    expect(size(256)?.unfit).toBe('too slow')
    expect(usual.lambda.cheapest?.unfit).toBeUndefined()
    expect(recommended({ objective: { share: 0.999, milliseconds: 100 } }).lambda.cheapest).toBeUndefined()
  })

  it('says what would change it: slower instances and more traffic cost more', () => {
    const monthly = (change: string) => usual.sensitivity.find(entry => entry.change === change)?.monthly ?? 0

    expect(monthly('as planned')).toBeCloseTo(usual.fleets[0]?.bill.monthly ?? 0, 9)
    expect(monthly('instances 25 % slower than assumed')).toBeGreaterThanOrEqual(monthly('as planned'))
    expect(monthly('ten times the traffic')).toBeGreaterThan(monthly('twice the traffic'))
  })

  it('takes measured scores in place of assumed speeds', () => {
    expect(vcpuSpeed('c7g.large', { here: 100, byType: { 'c7g.large': 130 } })).toEqual({ speed: 1.3, measured: true })
    expect(vcpuSpeed('c7g.large', { here: 100, byType: {} })).toMatchObject({ measured: false })
    const faster = recommended({ scores: { here: 100, byType: { 'c7g.large': 500 } } })
    expect(faster.fleets.find(({ type }) => type === 'c7g.large')?.service.meanMilliseconds).toBe(4)
  })

  it('of an objective that no type can keep is refused, with the least that is possible', () => {
    expect(() => recommended({ objective: { share: 0.99, milliseconds: 10 } })).toThrow(
      /no instance type keeps 10 ms for 99 % .* on this machine they take 34\.\d ms with nobody waiting/,
    )
  })
})

it('the calibration does the same work everywhere', () => {
  expect(calibrationWork()).toBeCloseTo(calibrationWork(), 9)
})
