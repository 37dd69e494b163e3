import { CoreError } from '../errors.ts'
import { nearest } from '../nearest.ts'
import { createDocumentReader, type DocumentReader } from './document-reader.ts'
import document from './prices.json' with { type: 'json' }

/** What things cost in one region on one day. */
export type Prices = {
  /** The day they were true: 2026-07-20. */
  readonly asOf: string
  readonly region: string
  readonly currency: string
  /** What the names of sources stand for. */
  readonly sources: Readonly<Record<string, string>>
  readonly instances: Readonly<Record<string, InstanceType>>
  readonly rates: Readonly<Record<RateName, number>>
  /** The source of each rate. */
  readonly rateSources: Readonly<Record<RateName, string>>
}

export type InstanceType = {
  readonly vcpus: number
  readonly memoryGb: number
  readonly hourly: number
  readonly architecture: 'arm64' | 'x86_64'
  /** Burstable types: the share of a vCPU that may be used for ever. */
  readonly baseline?: number
  readonly source: string
}

const RATES = [
  'loadBalancerHour',
  'loadBalancerUnitHour',
  'publicIpv4Hour',
  'metricMonth',
  'metricMonthBeyondTenThousand',
  'putMetricDataRequest',
  'alarmMonth',
  'logGbIngested',
  'logGbMonth',
  'lambdaRequest',
  'lambdaGbSecondX86',
  'lambdaGbSecondArm',
  'httpApiRequest',
  'volumeGbMonth',
  'dataOutGb',
] as const
export type RateName = (typeof RATES)[number]

/** Reads an unchecked document as prices, or throws one `invalid_prices` error that names every problem. */
export function parsePrices(document: unknown): Prices {
  const problems: string[] = []
  const read = createDocumentReader(document, '', problems)
  const asOf = read.text('asOf')
  if (Number.isNaN(Date.parse(asOf))) problems.push(`asOf must be a date like 2026-07-20; got "${asOf}"`)
  const sources = readSources(read)
  const rates = read.within('rates')
  const priced = RATES.map(name => {
    const rate = rates.within(name)
    return [name, rate.number('price', { atLeast: 0 }), rate.choice('source', Object.keys(sources))] as const
  })
  const prices: Prices = {
    asOf,
    region: read.text('region'),
    currency: read.text('currency'),
    sources,
    instances: Object.fromEntries(
      read.entries('instances').map(([name, entry]) => [name, readInstance(entry, sources)]),
    ),
    rates: Object.fromEntries(priced.map(([name, price]) => [name, price])) as Prices['rates'],
    rateSources: Object.fromEntries(priced.map(([name, , source]) => [name, source])) as Prices['rateSources'],
  }
  read.finish()
  if (problems.length > 0) throw new CoreError('invalid_prices', problems.join('; '))
  return prices
}

/** Throws `unknown_instance_type` with what there is. */
export function instanceType(prices: Prices, name: string): InstanceType {
  const found = Object.hasOwn(prices.instances, name) ? prices.instances[name] : undefined
  if (found !== undefined) return found
  const known = Object.keys(prices.instances)
  const near = nearest(name, known)
  const hint = near === undefined ? '' : `; did you mean ${near}?`
  throw new CoreError(
    'unknown_instance_type',
    `there is no price for the instance type "${name}"${hint} The price list of ${prices.asOf} has ${known.join(', ')}`,
  )
}

const OLD_MONTHS = 12
const MONTH_MS = (365.25 / 12) * 24 * 3600 * 1000

/** What to say of prices that are older than a year; undefined of younger ones. `now` is in milliseconds since 1970. */
export function ageWarning({ asOf }: Prices, now: number): string | undefined {
  const months = Math.floor((now - Date.parse(asOf)) / MONTH_MS)
  return months < OLD_MONTHS
    ? undefined
    : `the prices are of ${asOf}, ${months} months old; pass newer ones with --prices`
}

function readSources(read: DocumentReader): Record<string, string> {
  const sources = read.within('sources')
  return Object.fromEntries(sources.keys().map(name => [name, sources.text(name)]))
}

function readInstance(read: DocumentReader, sources: Readonly<Record<string, string>>): InstanceType {
  return {
    vcpus: read.number('vcpus', { atLeast: 1, whole: true }),
    memoryGb: read.number('memoryGb', { above: 0 }),
    hourly: read.number('hourly', { atLeast: 0 }),
    architecture: read.choice('architecture', ['arm64', 'x86_64']),
    ...(read.has('baseline') && { baseline: read.number('baseline', { above: 0, atMost: 1 }) }),
    source: read.choice('source', Object.keys(sources)),
  }
}

/** The price list the project ships; AWS changes prices without telling it, so its date stands beside every sum. */
export const SHIPPED_PRICES: Prices = parsePrices(document)
