import { type Objective, type Prices, type Recommendation, type Scores, vcpuSpeed } from '@scaling-mlops/core/capacity'
import type { Applied } from './apply-settings.ts'
import type { Measurement } from './measure.ts'
import { count, dollars, plain, table } from './simulate-prose.ts'

/** What was measured, a line each. */
export function measurementText({ rungs, knee, demand, by }: Measurement): string[] {
  const { service, memoryMb } = demand
  const limited = rungs.some(({ report }) => report.generator.cpu > 0.9)
  const refused = rungs.reduce((sum, { report }) => sum + report.answers - report.accepted.count, 0)
  return [
    ...rungs.map(
      ({ connections, report: { perSecond, accepted } }) =>
        `  ${String(connections).padStart(2)} connections  ${count(perSecond).padStart(7)} requests/s  ${plain(accepted.latency.p50)} ms median, ${plain(accepted.latency.p99)} ms p99`,
    ),
    `  knee at ${knee.connections} connections, ${count(knee.report.perSecond)} requests/s; ${plain(service.meanMilliseconds)} ms of ${by} a request, ${plain(memoryMb)} MB`,
    ...(limited ? ['  the generator was busy throughout: the server may do more than was measured'] : []),
    ...(refused > 0 ? [`  ${count(refused)} answers were refusals or errors`] : []),
  ]
}

type Context = {
  readonly objective: Objective
  readonly prices: Prices
  readonly scores: Scores | undefined
  readonly values: Readonly<Record<string, unknown>>
  readonly applied: Applied | undefined
}

export function recommendationText(recommendation: Recommendation, context: Context): string {
  return [
    verdict(recommendation, context),
    fleetTable(recommendation),
    lambdaTable(recommendation),
    sensitivityTable(recommendation),
    assumptions(recommendation, context),
    settingsText(context),
  ].join('\n\n')
}

function verdict(recommendation: Recommendation, { objective }: Context): string {
  const { fleet, policy, run, place, lambda, requestsPerMonth, breakEvenRequests } = recommendation
  const { cheapest } = lambda
  const share = plain(objective.share * 100)
  return table([
    [
      'recommended',
      place === 'lambda'
        ? `Lambda with ${cheapest?.memoryMb} MB, ${dollars(cheapest?.bill.monthly ?? 0)} a month`
        : `Elastic Beanstalk with ${fleet.type}, ${dollars(fleet.bill.monthly)} a month`,
    ],
    [
      'beanstalk',
      `${policy.minimum} to ${policy.maximum} × ${fleet.type}, ${plain(fleet.meanInstances)} on average, target ${fleet.target} %, warm-up ${policy.warmupSeconds} s; ${dollars(fleet.bill.monthly)} a month`,
    ],
    [
      'limits',
      `${fleet.concurrency} requests at once in an instance; queue of ${fleet.maxQueuedRows} rows and ${fleet.maxWaitMs} ms in each of ${fleet.slots} processes`,
    ],
    [
      'lambda',
      cheapest === undefined
        ? `no size keeps ${share} % within ${plain(objective.milliseconds)} ms`
        : `${cheapest.memoryMb} MB, ${plain(cheapest.milliseconds)} ms a request; ${dollars(cheapest.bill.monthly)} a month at a function URL`,
    ],
    [
      'break-even',
      breakEvenRequests === undefined
        ? 'none: one of both is cheaper however many requests come'
        : `${count(breakEvenRequests)} requests a month in this daily shape; ${count(requestsPerMonth)} come`,
    ],
    [
      'simulated',
      run === undefined
        ? 'not: the traffic is too much to go through request by request; see --scale'
        : `${(run.kept * 100).toFixed(3)} % within ${plain(objective.milliseconds)} ms (${share} % wanted), ${run.instances.least} to ${run.instances.most} instances, ${plain(run.utilisation)} % busy`,
    ],
  ])
}

function fleetTable({ fleets, unfit }: Recommendation): string {
  return [
    'instance types, cheapest first (worked out, before the simulation)',
    ...fleets
      .slice(0, 6)
      .map(
        ({ type, target, minimum, meanInstances, service, bill }) =>
          `  ${type.padEnd(14)} ${dollars(bill.monthly).padStart(11)}  ${plain(meanInstances)} on average, at least ${minimum}, target ${target} %, ${plain(service.meanMilliseconds)} ms a request`,
      ),
    ...unfit.slice(0, 6).map(({ type, reason }) => `  ${type.padEnd(14)} ${''.padStart(11)}  ${reason}`),
  ].join('\n')
}

function lambdaTable({ lambda }: Recommendation): string {
  return [
    'Lambda memory',
    ...lambda.sizes.map(
      ({ memoryMb, milliseconds, quantileMilliseconds, bill, unfit }) =>
        `  ${`${memoryMb} MB`.padEnd(14)} ${dollars(bill.monthly).padStart(11)}  ${plain(milliseconds)} ms, ${plain(quantileMilliseconds)} ms at the objective${unfit === undefined ? '' : `: ${unfit}`}`,
    ),
  ].join('\n')
}

function sensitivityTable({ sensitivity }: Recommendation): string {
  return [
    'what if (worked out, not simulated)',
    ...sensitivity.map(({ change, type, target, meanInstances, monthly }) =>
      type === undefined
        ? `  ${change.padEnd(34)}  no instance type keeps the objective`
        : `  ${change.padEnd(34)}  ${plain(meanInstances ?? 0)} × ${type}, target ${target} %, ${dollars(monthly ?? 0)} a month`,
    ),
  ].join('\n')
}

function assumptions({ fleet, policy }: Recommendation, { prices, scores }: Context): string {
  const { speed, measured } = vcpuSpeed(fleet.type, scores)
  return [
    'assumptions',
    `  a vCPU of ${fleet.type} has ${plain(speed)} of the speed of a core here: ${measured ? 'measured by score' : 'assumed; measure it with --score there and pass --scores'}`,
    `  ${policy.instance.bootSeconds} s from launch to first answer; two zones, so at least two instances; 450 MB for the system`,
    '  a request is work for one core; each process has one at a time; the time does not fall when requests are joined',
    `  Lambda: a vCPU is 1,769 MB at 0.65 of the speed here, 0.5 % cold starts of 400 ms`,
    `  list prices of ${prices.asOf} in ${prices.region}, without discounts`,
  ].join('\n')
}

function settingsText({ values, applied }: Context): string {
  const shown = (keys: readonly string[]): string => keys.map(key => `${key} ${values[key]}`).join(', ')
  if (applied === undefined)
    return `settings  ${shown(Object.keys(values))}\n          --apply writes those the server has`
  return [
    `wrote ${applied.file}: ${shown(applied.set)}`,
    `for the environment, not settings of the server: ${shown(applied.left)}`,
  ].join('\n')
}
