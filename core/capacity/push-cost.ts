import { pushedMetrics } from '../metric-definitions.ts'
import { PUSH_INTERVAL_MS } from '../push-metrics.ts'
import { SECONDS_PER_MONTH } from './bill.ts'
import type { Prices } from './prices.ts'

/** What metrics in CloudWatch cost in US dollars a month: the calls of one instance, and the names of an environment, however many instances it has. */
export function costOfPush({ rates }: Prices): {
  readonly callsOfInstance: number
  readonly namesOfEnvironment: number
} {
  const calls = (SECONDS_PER_MONTH * 1000) / PUSH_INTERVAL_MS
  return {
    callsOfInstance: toCents(calls * rates.putMetricDataRequest),
    namesOfEnvironment: toCents(pushedMetrics.length * rates.metricMonth),
  }
}

function toCents(dollars: number): number {
  return Math.round(dollars * 100) / 100
}
