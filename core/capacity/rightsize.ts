import { CoreError } from '../errors.ts'
import { breakEven, SECONDS_PER_MONTH } from './bill.ts'
import type { Scores } from './calibration.ts'
import {
  beanstalkBill,
  type Demand,
  type FleetPlan,
  type Objective,
  type PlanInput,
  planFleet,
  type Unfit,
} from './fleet-plan.ts'
import { type LambdaPlan, planLambda } from './lambda-plan.ts'
import { type Policy, parsePolicy } from './policy.ts'
import type { Prices } from './prices.ts'
import type { Run } from './run.ts'
import { serviceQuantile } from './service-distribution.ts'
import { simulate } from './simulate.ts'
import { summariseTrace, type Trace, toRates } from './trace.ts'

export type RightsizeInput = {
  readonly demand: Demand
  readonly objective: Objective
  readonly trace: Trace
  readonly prices: Prices
  readonly bootSeconds: number
  readonly logBytesPerRequest: number
  readonly seed: number
  readonly scores?: Scores
  readonly progress?: (doing: string) => void
}

export type Recommendation = {
  readonly fleet: FleetPlan
  readonly policy: Policy
  /** How the simulator found it; undefined where the traffic is too much to simulate. */
  readonly run?: Run
  /** Every type that fits, cheapest first, and why the others do not. */
  readonly fleets: readonly FleetPlan[]
  readonly unfit: readonly Unfit[]
  readonly lambda: LambdaPlan
  readonly place: 'beanstalk' | 'lambda'
  /** Requests a month in the same daily shape from which Beanstalk is cheaper. */
  readonly breakEvenRequests?: number
  readonly requestsPerMonth: number
  readonly sensitivity: readonly Sensitivity[]
}

export type Sensitivity = {
  readonly change: string
  readonly type?: string
  readonly target?: number
  readonly meanInstances?: number
  readonly monthly?: number
}

/** Beyond this the simulator would take minutes. */
const MOST_SIMULATED = 3e7
const TRAFFIC = { responseBytes: 300, logRetentionDays: 14, customMetrics: 9, alarms: 6 }

/**
 * The cheapest fleet, its scaling policy, the Lambda function and the point between the two, for what one request asks and the traffic
 * that comes. Throws `impossible_target` where no instance type can keep the objective.
 */
export function recommend(input: RightsizeInput): Recommendation {
  const { prices, progress } = input
  const plan = toPlanInput(input)
  progress?.('comparing instance types')
  const { fleets, unfit } = planFleets(plan, prices)
  const [first] = fleets
  if (first === undefined) throw noneFits(input, unfit)
  const { fleet, policy, run } = verified(first, input)
  const bill = fleet === first ? first.bill : beanstalkBill(plan, fleet.type, fleet.meanInstances, prices)
  const lambda = planLambda(plan, prices)
  const { cheapest } = lambda
  const even = cheapest && evenBetween(fleet, lambda, plan, prices)
  return {
    fleet: { ...fleet, bill },
    policy,
    ...(run && { run }),
    fleets,
    unfit,
    lambda,
    place: cheapest !== undefined && cheapest.bill.monthly < bill.monthly ? 'lambda' : 'beanstalk',
    ...(even !== undefined && { breakEvenRequests: even }),
    requestsPerMonth: plan.requestsPerMonth,
    sensitivity: sensitivityOf(input, plan),
  }
}

function toPlanInput(input: RightsizeInput): PlanInput {
  const { demand, objective, trace, bootSeconds, logBytesPerRequest, scores } = input
  const { meanRate } = summariseTrace(trace)
  return {
    demand,
    objective,
    rates: toRates(trace, 60).rates,
    traffic: { ...TRAFFIC, logBytesPerRequest },
    requestsPerMonth: meanRate * SECONDS_PER_MONTH,
    bootSeconds,
    ...(scores && { scores }),
  }
}

function planFleets(plan: PlanInput, prices: Prices): { fleets: FleetPlan[]; unfit: Unfit[] } {
  const fleets: FleetPlan[] = []
  const unfit: Unfit[] = []
  for (const type of Object.keys(prices.instances)) {
    const fleet = planFleet(type, plan, prices)
    if ('reason' in fleet) unfit.push(fleet)
    else fleets.push(fleet)
  }
  return { fleets: fleets.sort((a, b) => a.bill.monthly - b.bill.monthly), unfit }
}

/** Formulas see no queues behind round robin and no alarm that comes late: the simulator lowers the target until the objective holds. */
function verified(plan: FleetPlan, input: RightsizeInput): { fleet: FleetPlan; policy: Policy; run?: Run } {
  const { trace, objective, seed, progress } = input
  let fleet = plan
  if (summariseTrace(trace).requests > MOST_SIMULATED) return { fleet, policy: policyOf(fleet, input) }
  for (;;) {
    const policy = policyOf(fleet, input)
    progress?.(`simulating ${fleet.type} at ${fleet.target} %`)
    const run = simulate(policy, trace, { seed })
    const simulated = { ...fleet, meanInstances: run.instances.mean }
    if (run.kept >= objective.share || fleet.target <= 30) return { fleet: simulated, policy, run }
    fleet = { ...fleet, target: fleet.target - 5 }
  }
}

function policyOf(fleet: FleetPlan, { objective, bootSeconds }: RightsizeInput): Policy {
  const { type, slots, service, target, minimum, maximum, maxWaitMs, maxQueuedRows } = fleet
  return parsePolicy({
    latencyTargetMilliseconds: objective.milliseconds,
    minimum,
    maximum,
    // the boot, one full period after it, and the delay of its judgement, in whole minutes
    warmupSeconds: Math.ceil((bootSeconds + 70) / 60) * 60,
    scaling: { kind: 'target_tracking', target },
    instance: { type, slots, bootSeconds, service },
    admission: { maxWaitMs, maxQueuedRows: maxQueuedRows * slots },
    metric: {},
  })
}

/** Both with the same daily shape: the fleet grows with the traffic, in whole instances. */
function evenBetween(fleet: FleetPlan, { cheapest }: LambdaPlan, plan: PlanInput, prices: Prices): number | undefined {
  if (cheapest === undefined) return undefined
  const { service, target, slots, type } = fleet
  const grown = (requestsPerMonth: number): PlanInput => ({ ...plan, requestsPerMonth })
  const instances = (factor: number): number =>
    plan.rates.reduce(
      (sum, rate) =>
        sum + Math.max(2, Math.ceil((factor * rate * service.meanMilliseconds) / (10 * target * slots) - 1e-9)),
      0,
    ) / plan.rates.length
  return breakEven(
    requests => beanstalkBill(grown(requests), type, instances(requests / plan.requestsPerMonth), prices).monthly,
    requests =>
      planLambda(grown(requests), prices).sizes.find(({ memoryMb }) => memoryMb === cheapest.memoryMb)?.bill.monthly ??
      0,
  )
}

/** What else would be recommended, and what it would cost, had a figure been another; by formula, not simulated. */
function sensitivityOf({ prices }: RightsizeInput, plan: PlanInput): Sensitivity[] {
  const slower = (factor: number): PlanInput => ({
    ...plan,
    demand: {
      ...plan.demand,
      service: { ...plan.demand.service, meanMilliseconds: plan.demand.service.meanMilliseconds * factor },
    },
  })
  const busier = (factor: number): PlanInput => ({
    ...plan,
    rates: plan.rates.map(rate => rate * factor),
    requestsPerMonth: plan.requestsPerMonth * factor,
  })
  const cases: readonly (readonly [string, PlanInput])[] = [
    ['as planned', plan],
    ['instances 25 % slower than assumed', slower(1 / 0.75)],
    ['instances 25 % faster than assumed', slower(1 / 1.25)],
    ['twice the traffic', busier(2)],
    ['ten times the traffic', busier(10)],
    [
      'half the latency allowed',
      { ...plan, objective: { ...plan.objective, milliseconds: plan.objective.milliseconds / 2 } },
    ],
    ['boot twice as long', { ...plan, bootSeconds: plan.bootSeconds * 2 }],
  ]
  return cases.map(([change, changed]) => {
    const [fleet] = planFleets(changed, prices).fleets
    if (fleet === undefined) return { change }
    const { type, target, meanInstances, bill } = fleet
    return { change, type, target, meanInstances, monthly: bill.monthly }
  })
}

function noneFits({ demand, objective }: RightsizeInput, unfit: readonly Unfit[]): CoreError {
  const least = serviceQuantile(demand.service, objective.share)
  const [one] = unfit
  return new CoreError(
    'impossible_target',
    `no instance type keeps ${objective.milliseconds} ms for ${Number((objective.share * 100).toPrecision(6))} % of the requests; on this machine they take ${least.toFixed(1)} ms with nobody waiting${one ? `; ${one.type} ${one.reason}` : ''}`,
  )
}
