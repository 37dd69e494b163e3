import { createMersenneTwister } from '../training/mersenne-twister.ts'
import { createFleet } from './fleet.ts'
import { createUtilisationMetric } from './metric.ts'
import type { Policy } from './policy.ts'
import { createRecorder } from './recorder.ts'
import type { Run } from './run.ts'
import { createScaler, type Period, thresholdsOf } from './scaling.ts'
import { createServiceTimes } from './service-distribution.ts'
import { createArrivals, type Trace, toRates, traceSeconds } from './trace.ts'

export type Progress = { readonly at: number; readonly missed: number; readonly instanceSeconds: number }

export type SimulationOptions = {
  readonly seed: number
  /** Instances that serve from the start; unless given, as many as the policy holds at the traffic of the first ten minutes. */
  readonly initial?: number
  /** Asked at every sample; true ends the run there. */
  readonly stopWhen?: (progress: Progress) => boolean
}

/** Runs a trace through a fleet, request by request. The same policy, trace and seed give the same run. */
export function simulate(policy: Policy, trace: Trace, options: SimulationOptions): Run {
  const { seed, initial = steadyCapacity(policy, trace), stopWhen } = options
  const end = traceSeconds(trace)
  const arrivals = createArrivals(trace, createMersenneTwister(seed))
  const serviceTime = createServiceTimes(policy.instance.service, createMersenneTwister((seed ^ 0x9e3779b9) >>> 0))
  const fleet = createFleet(policy, initial)
  const scaler = createScaler(policy)
  const metric = createUtilisationMetric(policy.metric)
  const recorder = createRecorder(policy.latencyTargetMilliseconds / 1000)
  const { publishSeconds, periodSeconds, delaySeconds } = policy.metric
  const sampleSeconds = end <= 2 * 3600 ? 10 : 60

  let nextPublish = publishSeconds
  let nextPeriod = periodSeconds
  let nextSample = sampleSeconds
  let ended: Period | undefined
  let nextJudgement = Number.POSITIVE_INFINITY
  let stopped = false

  const nextEvent = (): number => Math.min(fleet.nextReady(), nextPublish, nextPeriod, nextJudgement, nextSample)

  /** Whatever is due at the earliest moment, in the order in which one depends on the other. */
  const advance = (now: number): void => {
    fleet.admitReady(now)
    if (now >= nextPublish) {
      recorder.utilisation(metric.publish(fleet.serving, now))
      nextPublish += publishSeconds
    }
    if (now >= nextPeriod) {
      ended = metric.endPeriod(now)
      nextJudgement = now + delaySeconds
      nextPeriod += periodSeconds
    }
    if (ended && now >= nextJudgement) {
      judge(ended, now)
      nextJudgement = Number.POSITIVE_INFINITY
    }
    if (now >= nextSample) {
      recorder.sample(now, sampleSeconds, fleet.serving.length, fleet.capacity())
      nextSample += sampleSeconds
      stopped = stopWhen?.({ at: now, missed: recorder.missed(), instanceSeconds: fleet.paidSeconds(now) }) ?? false
    }
  }

  const judge = (period: Period, now: number): void => {
    const from = fleet.capacity()
    const to = scaler(period, fleet.stateAt(now))
    if (to === from) return
    fleet.resize(to, now)
    recorder.resized({ at: now, from, to })
  }

  let due = nextEvent()
  let now = 0
  while (!stopped) {
    const arrival = arrivals()
    while (due <= Math.min(arrival, end) && !stopped) {
      now = due
      advance(due)
      due = nextEvent()
    }
    if (arrival > end || stopped) break
    const service = serviceTime()
    recorder.request(fleet.route(arrival, service), service)
  }
  const seconds = stopped ? now : end
  return recorder.run(seconds, fleet.paidSeconds(seconds), policy.instance.slots, stopped)
}

/** What the policy would have come to, had it run at the first ten minutes' traffic for long: a run begins in the middle of life. */
function steadyCapacity(policy: Policy, trace: Trace): number {
  const { minimum, maximum, instance, scaling } = policy
  const rate = toRates(trace, 600).rates[0] ?? 0
  const { upper } = thresholdsOf(scaling)
  const busy = (rate * instance.service.meanMilliseconds) / 1000 / instance.slots
  return Math.min(maximum, Math.max(minimum, Math.ceil((busy * 100) / upper)))
}
