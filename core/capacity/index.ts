export { type Bill, type BillItem, breakEven, HOURS_PER_MONTH, SECONDS_PER_MONTH } from './bill.ts'
export { calibrationWork, type Scores, vcpuSpeed } from './calibration.ts'
export {
  type BeanstalkUsage,
  estimateBeanstalk,
  estimateLambda,
  type LambdaUsage,
  type Traffic,
} from './cost.ts'
export { meanWait, waitProbability, waitQuantile } from './erlang.ts'
export type { Demand, FleetPlan, Objective } from './fleet-plan.ts'
export type { LambdaPlan } from './lambda-plan.ts'
export { createTraceParser, type TraceParser } from './parse-trace.ts'
export { type Policy, parsePolicy, type Scaling, SHIPPED_POLICY } from './policy.ts'
export { ageWarning, type InstanceType, instanceType, type Prices, parsePrices, SHIPPED_PRICES } from './prices.ts'
export { costOfPush } from './push-cost.ts'
export { type Recommendation, recommend } from './rightsize.ts'
export type { Resizing, Run, Sample } from './run.ts'
export { assertReachable, type Candidate, SEARCH_SPACE, type Search, type SearchSpace, searchPolicy } from './search.ts'
export { type ServiceDistribution, serviceQuantile, squaredVariation } from './service-distribution.ts'
export { type SimulationOptions, simulate } from './simulate.ts'
export { PATTERNS, type Pattern, patternOf, type SyntheticTraffic, synthesiseTrace } from './synthetic.ts'
export { scaleTrace, summariseTrace, type Trace, type TraceSummary, toRates, traceSeconds } from './trace.ts'
