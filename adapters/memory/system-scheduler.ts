import { performance } from 'node:perf_hooks'
import type { Scheduler } from '@scaling-mlops/core'

/** The event loop of this process. */
export const systemScheduler: Scheduler = { afterTurn: setImmediate }

/** Milliseconds that the event loop of this thread has worked so far. */
export function busyMilliseconds(): number {
  return performance.eventLoopUtilization().active
}
