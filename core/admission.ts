import { OverloadedError } from './errors.ts'
import { neverThrowing } from './never-throwing.ts'
import type { Clock } from './ports/clock.ts'
import type { Metrics } from './ports/metrics.ts'

/** The door of one process: how much work may be in flight in it. */
export type Admission = {
  /** Why a request cannot come in now; it is then counted as refused. */
  refusal(): OverloadedError | undefined
  /** Somebody else has refused a request before it came in: what that took is then not charged to those that are answered. */
  turnAway(): void
  /** Lets a request in, or throws its refusal. */
  enter(): void
  /** Whoever was let in leaves, however it ended. */
  leave(): void
}

type Dependencies = {
  readonly clock: Clock
  /** Milliseconds that the thread has worked so far. */
  readonly busyMilliseconds: () => number
  /** Work that may be in flight, in milliseconds of the thread. */
  readonly maxMilliseconds: number
  readonly metrics: Metrics
}

/** The cost of a request is measured anew over stretches of at least this long, and this many requests. */
const STRETCH_MS = 100
const STRETCH_REQUESTS = 100

/**
 * Admits by predicted waiting time: requests in flight × what a request has lately cost the thread. Where a model takes microseconds
 * the reading of requests is the work, and no queue behind it would ever fill; this one stands before the reading.
 */
export function createAdmission({
  clock,
  busyMilliseconds,
  maxMilliseconds,
  ...dependencies
}: Dependencies): Admission {
  const metrics = neverThrowing(dependencies.metrics)
  let inFlight = 0
  let answered = 0
  let refused = 0
  let cost = 0
  let refusalCost: number | undefined
  let started = 0
  let busyAtStart = 0

  const learn = (): void => {
    const seen = answered + refused
    if (seen < STRETCH_REQUESTS || clock.monotonic() - started < STRETCH_MS) return
    const spent = busyMilliseconds() - busyAtStart
    if (cost === 0) cost = spent / seen
    else if (refused === 0) cost = approach(cost, spent / answered)
    else {
      learnRefusal(spent, seen)
      // an answer costs no less than a refusal, which is but its beginning
      cost = approach(cost, Math.max(spent / seen, (spent - refused * (refusalCost ?? 0)) / answered))
    }
    beginStretch()
  }

  /** What is spent on refusals must not pass for the price of answers: they would raise it, and so refusals, and so the price, until next to nobody is let in. */
  const learnRefusal = (spent: number, seen: number): void => {
    const measured = Math.min(cost, spent / seen, Math.max(0, spent - answered * cost) / refused)
    // the same for every request, since its body is not read: learned slowly, so that what changes quickly is the price of answers
    refusalCost = refusalCost === undefined ? measured : refusalCost + (measured - refusalCost) / 20
  }

  const beginStretch = (): void => {
    answered = 0
    refused = 0
    started = clock.monotonic()
    busyAtStart = busyMilliseconds()
  }

  const refusal = (): OverloadedError | undefined => {
    const wait = inFlight * cost
    if (wait <= maxMilliseconds) return undefined
    refused++
    metrics.count('Rejected')
    return new OverloadedError(
      `${inFlight} requests are in flight, a wait of ${Math.ceil(wait)} ms; the limit is ${maxMilliseconds} ms`,
      wait,
    )
  }

  return {
    refusal,
    turnAway() {
      refused++
    },
    enter() {
      const obstacle = refusal()
      if (obstacle !== undefined) throw obstacle
      // nothing that came before the first request is charged to it, starting up least of all
      if (inFlight === 0 && answered + refused === 0) beginStretch()
      inFlight++
    },
    leave() {
      inFlight--
      answered++
      learn()
    },
  }
}

/** Believed at once where it is lower, by half where it is higher: one pause of the machine must not shut the door. */
function approach(cost: number, measured: number): number {
  return measured < cost ? measured : (cost + measured) / 2
}
