import type { Policy, Scaling, SimpleScaling, StepScaling, TargetTracking } from './policy.ts'

/** What the group knows of itself when an alarm is judged. */
export type GroupState = {
  /** Instances that were asked for and not yet sent away, ready or not. */
  readonly capacity: number
  /** Those past their warm-up. */
  readonly warmed: number
  /** When the capacity last changed; −Infinity where it never did. */
  readonly changedAt: number
}

/** Judges one period after the other and answers the capacity that is wanted, within minimum and maximum. */
export type Scaler = (period: Period, state: GroupState) => number

/** One CloudWatch period: the mean utilisation in percent of what was reported in it, undefined where nothing was. */
export type Period = { readonly start: number; readonly end: number; readonly value: number | undefined }

export function createScaler({ scaling, minimum, maximum }: Policy): Scaler {
  const alarm = createAlarms(scaling)
  const within = (wanted: number): number => Math.min(maximum, Math.max(minimum, wanted))
  return (period, state) => {
    const breach = alarm(period.value)
    return breach === undefined || period.value === undefined
      ? state.capacity
      : within(decide(scaling, breach, period, period.value, state))
  }
}

type Breach = 'high' | 'low'

function decide(scaling: Scaling, breach: Breach, period: Period, value: number, state: GroupState): number {
  switch (scaling.kind) {
    case 'fixed':
      return state.capacity
    case 'target_tracking':
      return trackTarget(scaling, breach, period, value, state)
    case 'simple':
      return stepSimply(scaling, breach, period, state)
    case 'step':
      return takeStep(scaling, breach, period, value, state)
  }
}

/**
 * AWS gives sentences, not a formula. Read here as: warm instances times the metric over the target are needed, and instances that still
 * warm up already count towards that number. On the way in nothing happens while any instance warms up, nor on a period from before the last change.
 */
function trackTarget(
  { target, removeAtMost }: TargetTracking,
  breach: Breach,
  period: Period,
  value: number,
  { capacity, warmed, changedAt }: GroupState,
): number {
  if (breach === 'high') return Math.max(capacity, ceiling((warmed * value) / target))
  if (warmed < capacity || period.start < changedAt) return capacity
  return Math.max(capacity - removeAtMost, Math.min(capacity, ceiling((capacity * value) / target)))
}

function stepSimply(
  { add, remove, cooldownSeconds }: SimpleScaling,
  breach: Breach,
  { end }: Period,
  { capacity, changedAt }: GroupState,
): number {
  if (end < changedAt + cooldownSeconds) return capacity
  return breach === 'high' ? capacity + add : capacity - remove
}

function takeStep(
  { upper, steps, remove }: StepScaling,
  breach: Breach,
  period: Period,
  value: number,
  { capacity, warmed, changedAt }: GroupState,
): number {
  if (breach === 'low') return warmed < capacity || period.start < changedAt ? capacity : capacity - remove
  const step = steps.findLast(({ above }) => value - upper >= above)
  return Math.max(capacity, warmed + (step?.add ?? 0))
}

/** So many periods in a row beyond a threshold; a period without data breaks the row. */
function createAlarms(scaling: Scaling): (value: number | undefined) => Breach | undefined {
  const { upper, lower, outPeriods, inPeriods } = thresholdsOf(scaling)
  let [high, low] = [0, 0]
  return value => {
    high = value !== undefined && value > upper ? high + 1 : 0
    low = value !== undefined && value < lower ? low + 1 : 0
    return high >= outPeriods ? 'high' : low >= inPeriods ? 'low' : undefined
  }
}

/** Where scaling begins, in percent of utilisation, and after how many periods. */
export function thresholdsOf(scaling: Scaling): {
  upper: number
  lower: number
  outPeriods: number
  inPeriods: number
} {
  switch (scaling.kind) {
    case 'fixed':
      return { upper: Number.POSITIVE_INFINITY, lower: Number.NEGATIVE_INFINITY, outPeriods: 1, inPeriods: 1 }
    case 'target_tracking':
      return { ...scaling, upper: scaling.target, lower: scaling.inShare * scaling.target }
    case 'simple':
      return { ...scaling, outPeriods: scaling.periods, inPeriods: scaling.periods }
    case 'step':
      return scaling
  }
}

/** Rounds up, but not for the last bits of a quotient that is whole. */
function ceiling(value: number): number {
  return Math.ceil(value - 1e-9)
}
