import { OverloadedError } from './errors.ts'
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
const STRETCH_REQUESTS = 20

/**
 * Admits by predicted waiting time: requests in flight × what a request has lately cost the thread. Where a model takes microseconds
 * the reading of requests is the work, and no queue behind it would ever fill; this one stands before the reading.
 */
export function createAdmission({ clock, busyMilliseconds, maxMilliseconds, metrics }: Dependencies): Admission {
  let inFlight = 0
  let answered = 0
  let refused = 0
  let cost = 0
  let started = clock.monotonic()
  let busyAtStart = busyMilliseconds()

  const learn = (): void => {
    const now = clock.monotonic()
    if (answered < STRETCH_REQUESTS || now - started < STRETCH_MS) return
    const busy = busyMilliseconds()
    const spent = busy - busyAtStart
    const measured = spent / answered
    // a half of the old estimate stays, so that one pause of the machine is not taken for the new price
    if (cost === 0) cost = measured
    else if (refused === 0) cost = (cost + measured) / 2
    // refusals have their share in what was spent: between nothing and that of an answer. Taken for answers' cost they would raise
    // the price, and so refusals, and so the price, until next to nobody is let in
    else cost = Math.min(measured, Math.max(cost, spent / (answered + refused)))
    answered = 0
    refused = 0
    started = now
    busyAtStart = busy
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
      inFlight++
    },
    leave() {
      inFlight--
      answered++
      learn()
    },
  }
}
