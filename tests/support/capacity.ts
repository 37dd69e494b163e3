import { type Policy, type Scaling, SHIPPED_POLICY, type Trace } from '@scaling-mlops/core/capacity'

type Changes = Partial<Omit<Policy, 'instance'>> & { readonly instance?: Partial<Policy['instance']> }

/** The shipped policy with some of it changed. */
export function aPolicy({ instance, ...changes }: Changes = {}): Policy {
  return { ...SHIPPED_POLICY, ...changes, instance: { ...SHIPPED_POLICY.instance, ...instance } }
}

/** Target tracking as AWS does it by default. */
export function tracking(
  target: number,
  changes: Partial<Extract<Scaling, { kind: 'target_tracking' }>> = {},
): Scaling {
  return { kind: 'target_tracking', target, outPeriods: 3, inPeriods: 15, inShare: 0.9, removeAtMost: 1, ...changes }
}

/** One slot, one second a request, always: utilisation is then the rate ÷ the instances. */
export const steadyInstance = {
  slots: 1,
  service: { meanMilliseconds: 1000, shape: 'constant', variation: 0.25 },
} as const

/** No chance at all: requests evenly spaced at a rate that may change with time. */
export function evenTrace(seconds: number, rateAt: (second: number) => number): Trace {
  const moments: number[] = []
  for (let now = 0; now < seconds; now += 1 / rateAt(now)) moments.push(now)
  return { kind: 'timestamps', seconds: Float64Array.from(moments) }
}

/** Poisson arrivals at one rate. */
export function poissonTrace(rate: number, seconds: number): Trace {
  return { kind: 'rates', stepSeconds: seconds, rates: Float64Array.of(rate) }
}

/** One queue before so many slots that never scales and never refuses: M/M/c. */
export function anMmcQueue(slots: number): Policy {
  return aPolicy({
    minimum: 1,
    maximum: 1,
    scaling: { kind: 'fixed' },
    admission: { maxQueuedRows: Number.POSITIVE_INFINITY, maxWaitMs: Number.POSITIVE_INFINITY },
    instance: { slots, service: { meanMilliseconds: 20, shape: 'exponential', variation: 1 } },
  })
}
