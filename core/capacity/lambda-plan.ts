import type { Bill } from './bill.ts'
import { LAMBDA_SPEED } from './calibration.ts'
import { estimateLambda } from './cost.ts'
import type { PlanInput } from './fleet-plan.ts'
import type { Prices } from './prices.ts'
import { serviceQuantile } from './service-distribution.ts'

/** One memory size: what a request takes there, and what a month costs. */
export type LambdaSize = {
  readonly memoryMb: number
  readonly milliseconds: number
  /** The latency of the objective's share, without cold starts. */
  readonly quantileMilliseconds: number
  readonly bill: Bill
  /** Why it cannot be taken; undefined where it can. */
  readonly unfit?: string
}

export type LambdaPlan = { readonly sizes: readonly LambdaSize[]; readonly cheapest?: LambdaSize }

export const LAMBDA_STARTS = { coldShare: 0.005, initMilliseconds: 400 }

/** A vCPU is 1,769 MB; with less memory a function gets that share of one, with more nothing that one request could use. */
const FULL_VCPU_MB = 1769
const SIZES = [128, 256, 512, 768, 1024, 1536, FULL_VCPU_MB, 3008]

/** Cost against latency over the usual memory sizes, as Power Tuning draws it, and the cheapest that is fast and large enough. */
export function planLambda(input: PlanInput, prices: Prices): LambdaPlan {
  const sizes = SIZES.map(memoryMb => sizeOf(memoryMb, input, prices))
  const cheapest = sizes
    .filter(({ unfit }) => unfit === undefined)
    .toSorted((a, b) => a.bill.monthly - b.bill.monthly || a.milliseconds - b.milliseconds)[0]
  return { sizes, ...(cheapest && { cheapest }) }
}

function sizeOf(memoryMb: number, input: PlanInput, prices: Prices): LambdaSize {
  const { demand, objective, traffic, requestsPerMonth } = input
  const slower = Math.max(1, FULL_VCPU_MB / memoryMb) / LAMBDA_SPEED.arm64
  const service = { ...demand.service, meanMilliseconds: demand.service.meanMilliseconds * slower }
  const quantileMilliseconds = serviceQuantile(service, objective.share)
  const neededMb = Math.ceil(demand.memoryMb * 1.25)
  const unfit =
    neededMb > memoryMb
      ? `needs ${neededMb} MB`
      : quantileMilliseconds > objective.milliseconds
        ? 'too slow'
        : 1 - objective.share < LAMBDA_STARTS.coldShare
          ? 'cold starts alone are more than may be late'
          : undefined
  return {
    memoryMb,
    milliseconds: service.meanMilliseconds,
    quantileMilliseconds,
    bill: estimateLambda(
      {
        ...traffic,
        requestsPerMonth,
        memoryMb,
        milliseconds: service.meanMilliseconds,
        architecture: 'arm64',
        door: 'function_url',
        freeTier: false,
        ...LAMBDA_STARTS,
      },
      prices,
    ),
    ...(unfit !== undefined && { unfit }),
  }
}
