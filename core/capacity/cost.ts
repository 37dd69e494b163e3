import { type Bill, type BillItem, HOURS_PER_MONTH, SECONDS_PER_MONTH, toBill } from './bill.ts'
import { instanceType, type Prices } from './prices.ts'

/** What both ways to serve write and send. */
export type Traffic = {
  readonly requestsPerMonth: number
  /** Response with headers. */
  readonly responseBytes: number
  /** What the log grows by. */
  readonly logBytesPerRequest: number
  readonly logRetentionDays: number
  readonly customMetrics: number
  readonly alarms: number
}

export type BeanstalkUsage = Traffic & {
  readonly type: string
  /** Mean over the month. */
  readonly instances: number
  /** Load balancer capacity units, mean; worked out from the traffic unless given. */
  readonly loadBalancerUnits?: number
  /** Addresses of the load balancer and of instances in public subnets. */
  readonly publicIpv4: number
  readonly volumeGb: number
  /** One PutMetricData call of each instance in so many seconds; 0 for none, as with EMF. */
  readonly publishSeconds: number
  readonly requestBytes: number
  readonly requestsPerConnection: number
}

export type LambdaUsage = Traffic & {
  readonly memoryMb: number
  readonly milliseconds: number
  readonly architecture: 'arm64' | 'x86_64'
  readonly door: 'function_url' | 'http_api'
  /** Share of the requests that wait for a new environment, and what its start takes; the start is billed. */
  readonly coldShare: number
  readonly initMilliseconds: number
  /** Whether the million requests and 400,000 GB-seconds that are free each month are this account's to use here. */
  readonly freeTier: boolean
}

/** A month on Elastic Beanstalk, which itself is free. Throws `unknown_instance_type`. */
export function estimateBeanstalk(usage: BeanstalkUsage, prices: Prices): Bill {
  const { rates } = prices
  const { type, instances, volumeGb, publicIpv4, publishSeconds } = usage
  const units = usage.loadBalancerUnits ?? loadBalancerUnits(usage)
  const calls = publishSeconds === 0 ? 0 : (instances * SECONDS_PER_MONTH) / publishSeconds
  return toBill([
    {
      name: 'instances',
      detail: `${short(instances)} × ${type}`,
      monthly: instances * instanceType(prices, type).hourly * HOURS_PER_MONTH,
    },
    {
      name: 'volumes',
      detail: `${short(instances)} × ${volumeGb} GB`,
      monthly: instances * volumeGb * rates.volumeGbMonth,
    },
    { name: 'load balancer', detail: '1', monthly: rates.loadBalancerHour * HOURS_PER_MONTH },
    {
      name: 'load balancer units',
      detail: `${short(units)} on average`,
      monthly: units * rates.loadBalancerUnitHour * HOURS_PER_MONTH,
    },
    {
      name: 'public IPv4',
      detail: `${short(publicIpv4)} addresses`,
      monthly: publicIpv4 * rates.publicIpv4Hour * HOURS_PER_MONTH,
    },
    ...observability(usage, prices),
    { name: 'metric calls', detail: `${short(calls)} PutMetricData`, monthly: calls * rates.putMetricDataRequest },
    dataOut(usage, prices),
  ])
}

/** A month on Lambda. */
export function estimateLambda(usage: LambdaUsage, prices: Prices): Bill {
  const { rates } = prices
  const { requestsPerMonth, memoryMb, milliseconds, coldShare, initMilliseconds, freeTier, architecture, door } = usage
  const gigabytes = memoryMb / 1024
  const billed = (requestsPerMonth * Math.ceil(milliseconds) * gigabytes) / 1000
  const starts = (requestsPerMonth * coldShare * Math.ceil(initMilliseconds) * gigabytes) / 1000
  const perGbSecond = architecture === 'arm64' ? rates.lambdaGbSecondArm : rates.lambdaGbSecondX86
  const free = freeTier ? { requests: 1e6, gbSeconds: 4e5 } : { requests: 0, gbSeconds: 0 }
  return toBill([
    {
      name: 'requests',
      detail: `${short(requestsPerMonth)}`,
      monthly: Math.max(0, requestsPerMonth - free.requests) * rates.lambdaRequest,
    },
    {
      name: 'duration',
      detail: `${Math.ceil(milliseconds)} ms × ${memoryMb} MB, ${architecture}`,
      monthly: Math.max(0, billed - free.gbSeconds) * perGbSecond,
    },
    {
      name: 'cold starts',
      detail: `${short(coldShare * 100)} % × ${short(initMilliseconds)} ms`,
      monthly: starts * perGbSecond,
    },
    ...(door === 'http_api'
      ? [
          {
            name: 'HTTP API',
            detail: `${short(requestsPerMonth)} requests`,
            monthly: requestsPerMonth * rates.httpApiRequest,
          },
        ]
      : []),
    ...observability(usage, prices),
    dataOut(usage, prices),
  ])
}

/** Load balancer capacity units: the largest of new connections, open connections and bytes, each over what one unit takes. */
function loadBalancerUnits({
  requestsPerMonth,
  requestsPerConnection,
  requestBytes,
  responseBytes,
}: BeanstalkUsage): number {
  const rate = requestsPerMonth / SECONDS_PER_MONTH
  const opened = rate / requestsPerConnection
  // a connection stays open for the load balancer's idle timeout after its last request, at the most
  const open = opened * 60
  const gigabytesPerHour = (rate * 3600 * (requestBytes + responseBytes)) / 1e9
  return Math.max(opened / 25, open / 3000, gigabytesPerHour)
}

function observability(traffic: Traffic, { rates }: Prices): BillItem[] {
  const { requestsPerMonth, logBytesPerRequest, logRetentionDays, customMetrics, alarms } = traffic
  const gigabytes = (requestsPerMonth * logBytesPerRequest) / 1e9
  const beyond = Math.max(0, customMetrics - 10_000)
  return [
    {
      name: 'metrics',
      detail: `${customMetrics} custom`,
      monthly: (customMetrics - beyond) * rates.metricMonth + beyond * rates.metricMonthBeyondTenThousand,
    },
    { name: 'alarms', detail: `${alarms}`, monthly: alarms * rates.alarmMonth },
    { name: 'logs', detail: `${short(gigabytes)} GB taken in`, monthly: gigabytes * rates.logGbIngested },
    {
      name: 'log storage',
      detail: `${logRetentionDays} days of it`,
      monthly: gigabytes * (logRetentionDays / 30.4) * rates.logGbMonth,
    },
  ]
}

const FREE_GB_OUT = 100

function dataOut({ requestsPerMonth, responseBytes }: Traffic, { rates }: Prices): BillItem {
  const gigabytes = (requestsPerMonth * responseBytes) / 1e9
  return {
    name: 'data out',
    detail: `${short(gigabytes)} GB, ${FREE_GB_OUT} of them free`,
    monthly: Math.max(0, gigabytes - FREE_GB_OUT) * rates.dataOutGb,
  }
}

function short(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: value < 1000 ? 3 : 15, maximumFractionDigits: 2 })
}
