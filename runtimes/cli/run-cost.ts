import {
  type BeanstalkUsage,
  type Bill,
  breakEven,
  estimateBeanstalk,
  estimateLambda,
  type LambdaUsage,
  type Prices,
} from '@scaling-mlops/core/capacity'
import { openPrices } from './capacity-input.ts'
import { createOutput, type OutputFlags } from './output.ts'
import { count, dollars } from './simulate-prose.ts'

export type EstimateFlags = OutputFlags & {
  readonly on: 'both' | 'beanstalk' | 'lambda'
  readonly requests: number
  readonly rows: number
  readonly responseBytes: number
  readonly requestBytes: number
  readonly logBytes: number
  readonly logDays: number
  readonly metrics: number
  readonly alarms: number
  readonly type: string
  readonly instances: number
  readonly lcu?: number
  readonly ipv4?: number
  readonly volume: number
  readonly publish: number
  readonly perConnection: number
  readonly memory: number
  readonly duration: number
  readonly architecture: 'arm64' | 'x86_64'
  readonly door: 'function-url' | 'http-api'
  readonly cold: number
  readonly init: number
  readonly freeTier?: true
  readonly prices?: string
}

type Named = { readonly place: 'Elastic Beanstalk' | 'Lambda'; readonly bill: Bill }

/** Says what a month costs where, and from how many requests on the one is cheaper than the other. */
export async function runEstimate(flags: EstimateFlags): Promise<void> {
  const output = createOutput(flags)
  const prices = await openPrices(flags.prices, output)
  const { requests, rows, on } = flags
  const beanstalk = (requestsPerMonth: number) =>
    estimateBeanstalk({ ...beanstalkUsage(flags), requestsPerMonth }, prices)
  const lambda = (requestsPerMonth: number) => estimateLambda({ ...lambdaUsage(flags), requestsPerMonth }, prices)
  const bills: Named[] = [
    ...(on === 'lambda' ? [] : [{ place: 'Elastic Beanstalk', bill: beanstalk(requests) } as const]),
    ...(on === 'beanstalk' ? [] : [{ place: 'Lambda', bill: lambda(requests) } as const]),
  ]
  const even =
    on === 'both'
      ? breakEven(
          n => beanstalk(n).monthly,
          n => lambda(n).monthly,
        )
      : undefined

  const million = (bill: Bill): number => (bill.monthly / (requests * rows)) * 1e6
  const text = [
    ...bills.map(({ place, bill }) => billText(place, bill, million(bill))),
    ...(on === 'both' ? [evenText(even, flags)] : []),
    sourcesText(prices, bills),
  ].join('\n\n')
  output.result(text, {
    schemaVersion: 1,
    prices: { asOf: prices.asOf, region: prices.region, currency: prices.currency },
    requests,
    bills: bills.map(({ place, bill }) => ({ place, ...bill, perMillionPredictions: million(bill) })),
    ...(even !== undefined && { breakEvenRequests: Math.round(even) }),
  })
}

function beanstalkUsage(flags: EstimateFlags): BeanstalkUsage {
  return {
    ...trafficOf(flags),
    type: flags.type,
    instances: flags.instances,
    ...(flags.lcu !== undefined && { loadBalancerUnits: flags.lcu }),
    publicIpv4: flags.ipv4 ?? 2 + flags.instances,
    volumeGb: flags.volume,
    publishSeconds: flags.publish,
    requestBytes: flags.requestBytes,
    requestsPerConnection: flags.perConnection,
  }
}

function lambdaUsage(flags: EstimateFlags): LambdaUsage {
  return {
    ...trafficOf(flags),
    memoryMb: flags.memory,
    milliseconds: flags.duration,
    architecture: flags.architecture,
    door: flags.door === 'http-api' ? 'http_api' : 'function_url',
    coldShare: flags.cold / 100,
    initMilliseconds: flags.init,
    freeTier: flags.freeTier ?? false,
  }
}

function trafficOf({ requests, responseBytes, logBytes, logDays, metrics, alarms }: EstimateFlags) {
  return {
    requestsPerMonth: requests,
    responseBytes,
    logBytesPerRequest: logBytes,
    logRetentionDays: logDays,
    customMetrics: metrics,
    alarms,
  }
}

/** Wide enough for every name, so that bills stand under each other. */
const NAME_WIDTH = 19

function billText(place: string, { items, monthly }: Bill, perMillion: number): string {
  const lines = items.map(
    ({ name, detail, monthly }) => `  ${name.padEnd(NAME_WIDTH)} ${dollars(monthly).padStart(12)}   ${detail}`,
  )
  return [
    `${place.padEnd(NAME_WIDTH + 2)} ${dollars(monthly).padStart(12)}   a month; ${dollars(perMillion)} per million predictions`,
    ...lines,
  ].join('\n')
}

function evenText(even: number | undefined, { instances, type, requests }: EstimateFlags): string {
  if (even === undefined) return 'break-even  there is none: one of them is cheaper however many requests come'
  const cheaper = requests < even ? 'Lambda' : 'Elastic Beanstalk'
  return `break-even  at ${count(even)} requests a month, as long as ${instances} × ${type} can answer them; at ${count(requests)} ${cheaper} is cheaper`
}

/** Where the prices come from, and which of them nobody looked up. */
function sourcesText({ asOf, region, rateSources }: Prices, bills: readonly Named[]): string {
  const used = bills.flatMap(({ bill }) => bill.items.map(({ name }) => name))
  const unsure = [
    ['httpApiRequest', 'HTTP API'],
    ['volumeGbMonth', 'volumes'],
    ['dataOutGb', 'data out'],
  ] as const
  const named = unsure
    .filter(([rate, item]) => rateSources[rate] === 'memory' && used.includes(item))
    .map(([, item]) => item)
  const warning = named.length === 0 ? '' : `; not looked up: ${named.join(', ')}`
  return `prices      ${region}, ${asOf}${warning}`
}
