import type { Bill } from './bill.ts'
import { type Scores, vcpuSpeed } from './calibration.ts'
import { estimateBeanstalk, type Traffic } from './cost.ts'
import { waitQuantile } from './erlang.ts'
import { instanceType, type Prices } from './prices.ts'
import { type ServiceDistribution, serviceQuantile, squaredVariation } from './service-distribution.ts'

/** What one request asks of a server, measured on some machine or given. */
export type Demand = {
  /** Time on one core. */
  readonly service: ServiceDistribution
  /** Memory of one server process with its models. */
  readonly memoryMb: number
}

/** So many of the requests are to be answered within so long. */
export type Objective = { readonly share: number; readonly milliseconds: number }

export type PlanInput = {
  readonly demand: Demand
  readonly objective: Objective
  /** Requests a second in each minute of a stretch of traffic that stands for all of it. */
  readonly rates: Float64Array
  readonly traffic: Omit<Traffic, 'requestsPerMonth'>
  readonly requestsPerMonth: number
  readonly bootSeconds: number
  readonly scores?: Scores
}

export type FleetPlan = {
  readonly type: string
  readonly slots: number
  /** On this type. */
  readonly service: ServiceDistribution
  readonly speed: number
  /** Percent. */
  readonly target: number
  readonly minimum: number
  readonly maximum: number
  readonly meanInstances: number
  readonly maxWaitMs: number
  /** Of each worker process. */
  readonly maxQueuedRows: number
  /** Requests in one instance at a time beyond which the last one comes too late. */
  readonly concurrency: number
  readonly bill: Bill
}

export type Unfit = { readonly type: string; readonly reason: string }

/** The operating system, the proxy and the platform's agents. */
const SYSTEM_MB = 450
/** Two instances, for two zones. */
const LEAST_INSTANCES = 2
const TARGETS = [80, 75, 70, 65, 60, 55, 50, 45, 40]
/** Detection takes three periods of a minute and the delay of the last. */
const DETECTION_SECONDS = 190

/** A fleet of one instance type for the traffic, or why there is none. Worked out from formulas, minute by minute; the simulator judges it afterwards. */
export function planFleet(type: string, input: PlanInput, prices: Prices): FleetPlan | Unfit {
  const { demand, objective, rates, bootSeconds, scores } = input
  const { vcpus: slots, memoryGb, baseline } = instanceType(prices, type)
  const { speed } = vcpuSpeed(type, scores)
  const service = { ...demand.service, meanMilliseconds: demand.service.meanMilliseconds / speed }

  const neededMb = SYSTEM_MB + slots * demand.memoryMb
  if (neededMb > memoryGb * 1024)
    return { type, reason: `needs ${Math.ceil(neededMb)} MB for ${slots} processes, has ${memoryGb * 1024}` }
  const alone = serviceQuantile(service, objective.share)
  if (alone > objective.milliseconds)
    return {
      type,
      reason: `takes ${alone.toFixed(1)} ms with nobody waiting, ${objective.milliseconds} ms are allowed`,
    }
  const target = TARGETS.find(
    percent => inTime(percent / 100, service, slots, objective, alone) && absorbs(percent / 100),
  )
  if (target === undefined)
    return { type, reason: 'is late at every target down to 40 %, or traffic rises faster than it can grow' }

  const instancesAt = (rate: number): number =>
    Math.ceil((rate * service.meanMilliseconds) / (10 * target * slots) - 1e-9)
  const [peak, trough] = [rates.reduce((a, b) => Math.max(a, b), 0), rates.reduce((a, b) => Math.min(a, b), Infinity)]
  const minimum = Math.max(LEAST_INSTANCES, instancesAt(trough))
  const maximum = Math.max(minimum + 1, instancesAt(2 * peak))
  const meanInstances = rates.reduce((sum, rate) => sum + Math.max(minimum, instancesAt(rate)), 0) / rates.length
  const busy = (meanOf(rates) * (service.meanMilliseconds / 1000)) / (meanInstances * slots)
  if (baseline !== undefined && busy > baseline)
    return {
      type,
      reason: `would be ${(busy * 100).toFixed(0)} % busy on average, its credits last for ${baseline * 100} %`,
    }

  const maxWaitMs = Math.max(1, Math.floor(objective.milliseconds - alone))
  return {
    type,
    slots,
    service,
    speed,
    target,
    minimum,
    maximum,
    meanInstances,
    maxWaitMs,
    maxQueuedRows: Math.max(1, Math.floor(maxWaitMs / service.meanMilliseconds)),
    concurrency: Math.max(slots, Math.floor((slots * objective.milliseconds) / service.meanMilliseconds)),
    bill: beanstalkBill(input, type, meanInstances, prices),
  }

  /** Whether what must be served before new instances come fits into those that are there. */
  function absorbs(share: number): boolean {
    const ahead = Math.ceil((DETECTION_SECONDS + bootSeconds) / 60)
    const seconds = service.meanMilliseconds / 1000
    return rates.every((rate, minute) => {
      const held = Math.max((rate * seconds) / share, LEAST_INSTANCES * slots)
      for (let later = minute + 1; later <= Math.min(minute + ahead, rates.length - 1); later++)
        if ((rates[later] as number) * seconds > held) return false
      return true
    })
  }
}

export function beanstalkBill(input: PlanInput, type: string, instances: number, prices: Prices): Bill {
  const { traffic, requestsPerMonth } = input
  return estimateBeanstalk(
    {
      ...traffic,
      requestsPerMonth,
      type,
      instances,
      publicIpv4: 2 + instances,
      volumeGb: 16,
      publishSeconds: 10,
      requestBytes: 900,
      requestsPerConnection: 100,
    },
    prices,
  )
}

/** The sum of both quantiles is at least the quantile of the sum, nearly: the careful side. */
function inTime(
  share: number,
  service: ServiceDistribution,
  slots: number,
  objective: Objective,
  alone: number,
): boolean {
  const wait = waitQuantile(share * slots, slots, service.meanMilliseconds, objective.share, squaredVariation(service))
  return alone + wait <= objective.milliseconds
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
