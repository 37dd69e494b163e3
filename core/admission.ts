import { OverloadedError } from './errors.ts'
import { neverThrowing } from './never-throwing.ts'
import type { Clock } from './ports/clock.ts'
import type { Metrics } from './ports/metrics.ts'

/** The door of one process: how much work may be in flight in it. */
export type Admission = {
  /** Lets a request in, or throws `overloaded` before anything was spent on it. */
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
  let started = 0
  let busyAtStart = 0

  const learn = (): void => {
    const seen = answered + refused
    if (seen < STRETCH_REQUESTS || clock.monotonic() - started < STRETCH_MS) return
    const spent = busyMilliseconds() - busyAtStart
    cost = newCost(spent / answered, spent / seen)
    beginStretch()
  }

  const newCost = (perAnswer: number, perRequest: number): number => {
    if (cost === 0) return perRequest
    // refusals have their share in what was spent: between nothing and that of an answer. Taken for answers' cost they would raise
    // the price, and so refusals, and so the price, until next to nobody is let in
    if (refused > 0) return Math.min(perAnswer, Math.max(cost, perRequest))
    // believed at once where it is lower, by half where it is higher: one pause of the machine must not shut the door
    return perAnswer < cost ? perAnswer : (cost + perAnswer) / 2
  }

  const beginStretch = (): void => {
    answered = 0
    refused = 0
    started = clock.monotonic()
    busyAtStart = busyMilliseconds()
  }

  return {
    enter() {
      const wait = inFlight * cost
      if (wait > maxMilliseconds) {
        refused++
        metrics.count('Rejected')
        throw new OverloadedError(
          `${inFlight} requests are in flight, a wait of ${Math.ceil(wait)} ms; the limit is ${maxMilliseconds} ms`,
          wait,
        )
      }
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
