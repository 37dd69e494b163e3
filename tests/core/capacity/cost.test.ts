import { readFile } from 'node:fs/promises'
import {
  ageWarning,
  type BeanstalkUsage,
  breakEven,
  estimateBeanstalk,
  estimateLambda,
  instanceType,
  type LambdaUsage,
  parsePrices,
  SHIPPED_PRICES,
} from '@scaling-mlops/core/capacity'
import { describe, expect, it } from 'vitest'

const silent = {
  requestsPerMonth: 0,
  responseBytes: 0,
  logBytesPerRequest: 0,
  logRetentionDays: 14,
  customMetrics: 0,
  alarms: 0,
}

const twoSmall: BeanstalkUsage = {
  ...silent,
  type: 't4g.small',
  instances: 2,
  loadBalancerUnits: 0.5,
  publicIpv4: 4,
  volumeGb: 0,
  publishSeconds: 0,
  requestBytes: 0,
  requestsPerConnection: 1,
}

const oneCore: LambdaUsage = {
  ...silent,
  memoryMb: 1769,
  milliseconds: 20,
  architecture: 'arm64',
  door: 'function_url',
  coldShare: 0,
  initMilliseconds: 0,
  freeTier: false,
}

const MILLION = 1e6
const beanstalk = (change: Partial<BeanstalkUsage> = {}) =>
  estimateBeanstalk({ ...twoSmall, ...change }, SHIPPED_PRICES)
const lambda = (change: Partial<LambdaUsage> = {}) => estimateLambda({ ...oneCore, ...change }, SHIPPED_PRICES)

describe('a month on Elastic Beanstalk', () => {
  it('of two t4g.small, a load balancer, half a unit and four addresses is $58.5', () => {
    const { monthly, items } = beanstalk()

    expect(monthly).toBeCloseTo(58.47, 2)
    expect(items.map(({ name, monthly }) => [name, Number(monthly.toFixed(2))])).toEqual([
      ['instances', 24.53],
      ['load balancer', 16.43],
      ['load balancer units', 2.92],
      ['public IPv4', 14.6],
    ])
  })

  it.each([
    ['t4g.small', 12.26],
    ['t3.medium', 30.37],
    ['c7g.medium', 26.5],
    ['c8g.large', 58.22],
    ['c7i.large', 65.15],
  ])('of one %s is $%d for the instance', (type, monthly) => {
    expect(beanstalk({ type, instances: 1 }).items[0]?.monthly).toBeCloseTo(monthly, 2)
  })

  it('counts the calls that publish metrics: $2.63 for an instance every ten seconds, $0.44 every minute', () => {
    const calls = (publishSeconds: number) =>
      beanstalk({ instances: 1, publishSeconds }).items.find(({ name }) => name === 'metric calls')?.monthly

    expect(calls(10)).toBeCloseTo(2.63, 2)
    expect(calls(60)).toBeCloseTo(0.44, 2)
    expect(calls(0)).toBeUndefined()
  })

  it('works out load balancer units from connections or bytes, whichever is more', () => {
    const units = (change: Partial<BeanstalkUsage>) => {
      const { loadBalancerUnits: _, ...usage } = { ...twoSmall, requestsPerMonth: 2628 * MILLION, ...change }
      const { items } = estimateBeanstalk(usage, SHIPPED_PRICES)
      return (items.find(({ name }) => name === 'load balancer units')?.monthly ?? 0) / (0.008 * 730)
    }

    // a thousand requests a second: each on a connection of its own, or a hundred on one with a gigabyte an hour and more
    expect(units({ requestsPerConnection: 1 })).toBeCloseTo(40, 6)
    expect(units({ requestsPerConnection: 1e6, requestBytes: 500, responseBytes: 500 })).toBeCloseTo(3.6, 6)
  })

  it('includes metrics, alarms, logs and what leaves the region', () => {
    const { items } = beanstalk({
      requestsPerMonth: 1000 * MILLION,
      customMetrics: 9,
      alarms: 5,
      logBytesPerRequest: 200,
      responseBytes: 300,
    })
    const of = (wanted: string) => items.find(({ name }) => name === wanted)?.monthly

    expect(of('metrics')).toBeCloseTo(2.7, 6)
    expect(of('alarms')).toBeCloseTo(0.5, 6)
    expect(of('logs')).toBeCloseTo(100, 6)
    expect(of('data out')).toBeCloseTo(200 * 0.09, 6)
  })
})

describe('a million requests on Lambda', () => {
  it('of 20 ms in 1769 MB on arm64 are $0.66, with an HTTP API $1.66', () => {
    expect(lambda({ requestsPerMonth: MILLION }).monthly).toBeCloseTo(0.66, 2)
    expect(lambda({ requestsPerMonth: MILLION, door: 'http_api' }).monthly).toBeCloseTo(1.66, 2)
  })

  it('of 40 ms in 512 MB on arm64 are $0.47', () => {
    expect(lambda({ requestsPerMonth: MILLION, milliseconds: 40, memoryMb: 512 }).monthly).toBeCloseTo(0.47, 2)
  })

  it('are billed by whole milliseconds, starts included, and free where the free tier lasts', () => {
    const million = { requestsPerMonth: MILLION }

    expect(lambda({ ...million, milliseconds: 19.01 }).monthly).toBeCloseTo(lambda(million).monthly, 9)
    const cold = lambda({ ...million, coldShare: 0.01, initMilliseconds: 400 })
    expect(cold.monthly - lambda(million).monthly).toBeCloseTo(0.01 * 0.4 * 1.7275 * 13.3334, 2)
    expect(lambda({ ...million, freeTier: true }).monthly).toBe(0)
  })
})

describe('the break-even of both', () => {
  const fixed = () => beanstalk().monthly

  it('is about 35 million requests a month behind an HTTP API, and 88 million at a function URL', () => {
    const at = (door: LambdaUsage['door']) =>
      breakEven(fixed, requestsPerMonth => lambda({ requestsPerMonth, door }).monthly)

    expect((at('http_api') ?? 0) / MILLION).toBeCloseTo(35.2, 1)
    expect((at('function_url') ?? 0) / MILLION).toBeCloseTo(88.5, 1)
  })

  it('is nowhere where one is cheaper always', () => {
    expect(breakEven(fixed, () => 0)).toBeUndefined()
    expect(breakEven(() => 0, fixed)).toBeUndefined()
  })
})

describe('the price list', () => {
  it('knows its types, and names the nearest of one it does not know', () => {
    expect(instanceType(SHIPPED_PRICES, 'c7g.large')).toMatchObject({ vcpus: 2, hourly: 0.0725 })
    expect(() => instanceType(SHIPPED_PRICES, 'c7g.lrge')).toThrow(
      /no price for .* "c7g.lrge"; did you mean c7g.large\? .*t4g.small/,
    )
    expect(() => instanceType(SHIPPED_PRICES, 'toString')).toThrow('no price')
  })

  it('is too old after a year, and says of when it is', () => {
    expect(ageWarning(SHIPPED_PRICES, Date.parse('2027-06-01'))).toBeUndefined()
    expect(ageWarning(SHIPPED_PRICES, Date.parse('2027-09-01'))).toBe(
      'the prices are of 2026-07-20, 13 months old; pass newer ones with --prices',
    )
  })

  it('of another region is checked whole', async () => {
    const shipped = JSON.parse(await readFile(new URL('../../../core/capacity/prices.json', import.meta.url), 'utf8'))
    expect(parsePrices({ ...shipped, region: 'eu-central-1' }).region).toBe('eu-central-1')
    const broken = {
      ...shipped,
      asOf: 'lately',
      rates: { ...shipped.rates, alarmMonth: { price: -1, source: 'hearsay' } },
    }
    expect(() => parsePrices(broken)).toThrow(
      /asOf must be a date.*rates.alarmMonth.price must be a number of at least 0; got -1.*source must be one of/,
    )
  })
})
