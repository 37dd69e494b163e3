import type { Scheduler } from '@scaling-mlops/core'

/** The event loop of this process. */
export const systemScheduler: Scheduler = { afterTurn: setImmediate }
