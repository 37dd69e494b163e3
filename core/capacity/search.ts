import { CoreError } from '../errors.ts'
import type { Policy, TargetTracking } from './policy.ts'
import type { Run } from './run.ts'
import { serviceQuantile } from './service-distribution.ts'
import { simulate } from './simulate.ts'
import { summariseTrace, type Trace } from './trace.ts'

export type SearchSpace = {
  readonly targets: readonly number[]
  readonly minimums: readonly number[]
  readonly warmups: readonly number[]
}

export const SEARCH_SPACE: SearchSpace = {
  targets: [85, 80, 75, 70, 65, 60, 55, 50, 45, 40],
  minimums: [2, 3, 4],
  warmups: [120, 180, 240, 300],
}

export type Candidate = {
  readonly target: number
  readonly minimum: number
  readonly warmupSeconds: number
  readonly instanceHours: number
  readonly kept: number
  readonly scalings: number
}

export type Search = {
  /** The cheapest that keeps what is asked; undefined where none of the space does. */
  readonly best?: { readonly policy: Policy; readonly run: Run }
  /** The highest target that keeps it for each minimum and warm-up that is no dearer than one before it, cheapest first. */
  readonly kept: readonly Candidate[]
  readonly tried: number
}

export type SearchOptions = {
  readonly space: SearchSpace
  /** The share of requests that must be answered within the latency target. */
  readonly keep: number
  readonly seed: number
  readonly progress?: (done: number, all: number) => void
}

/**
 * Simulates target values, minimums and warm-ups of the space and answers the combination with the fewest instance-hours that keeps the
 * latency target. Targets are tried from the highest down to the first that keeps it, since lower ones only cost more; a run ends early
 * once it has missed too often, or costs more than the best so far. Of equals the one with the longer warm-up and the higher minimum is taken.
 */
export function searchPolicy(policy: Policy, trace: Trace, { space, keep, seed, progress }: SearchOptions): Search {
  assertReachable(policy, keep)
  const allowed = summariseTrace(trace).requests * (1 - keep)
  const kept: Candidate[] = []
  let best: Search['best']
  let tried = 0
  const all = space.targets.length * space.minimums.length * space.warmups.length
  for (const minimum of space.minimums)
    for (const warmupSeconds of space.warmups)
      for (const target of space.targets.toSorted((a, b) => b - a)) {
        progress?.(tried, all)
        tried++
        if (minimum > policy.maximum) continue
        const candidate: Policy = { ...policy, minimum, warmupSeconds, scaling: trackingOf(policy, target) }
        const limit = (best?.run.instanceHours ?? Number.POSITIVE_INFINITY) * 3600
        const run = simulate(candidate, trace, {
          seed,
          // arrivals are random: a tenth more than what is allowed of the expected number is surely too many
          stopWhen: ({ missed, instanceSeconds }) => missed > allowed * 1.1 + 10 || instanceSeconds > limit,
        })
        if (run.stopped || run.kept < keep) continue
        const { instanceHours, scalings } = run
        kept.push({ target, minimum, warmupSeconds, instanceHours, kept: run.kept, scalings: scalings.length })
        if (instanceHours * 3600 <= limit) best = { policy: candidate, run }
        break
      }
  return { ...(best && { best }), kept: kept.sort((a, b) => a.instanceHours - b.instanceHours), tried }
}

/** Throws `impossible_target` where even requests that wait for nobody are too late. */
export function assertReachable(policy: Policy, keep: number): void {
  const { latencyTargetMilliseconds: target, instance } = policy
  const least = serviceQuantile(instance.service, keep)
  if (target < least)
    throw new CoreError(
      'impossible_target',
      `a latency target of ${target} ms cannot be kept for ${percent(keep)} of the requests: they take up to ${least.toFixed(1)} ms with nobody waiting; the least that is possible is ${Math.ceil(least * 10) / 10} ms`,
    )
}

function trackingOf({ scaling }: Policy, target: number): TargetTracking {
  return scaling.kind === 'target_tracking'
    ? { ...scaling, target }
    : { kind: 'target_tracking', target, outPeriods: 3, inPeriods: 15, inShare: 0.9, removeAtMost: 1 }
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(6))} %`
}
