import type { Admission, Clock, OverloadedError } from '@scaling-mlops/core'
import type { Caller, Exchange } from './exchange.ts'
import { createKnownQueues } from './known-queues.ts'

/** Admission for requests that arrive over a network. */
export type Door = {
  /** Why a request to a path that has just arrived cannot come in. */
  refusal(path: string, caller: Caller): OverloadedError | undefined
  /** Lets a request in, or throws its refusal. */
  enter(path: string, exchange: Exchange): void
  leave(path: string, exchange: Exchange): void
}

/** Who has not sent the whole request after so long is waited for, not worked on. */
const PATIENCE_MS = 1000
/** How often those are looked for at the most. */
const ROUND_MS = 100

/** Requests that wait for their own client are no work in flight: thousands who never finish their body must not keep others out. */
export function createDoor(admission: Admission, clock: Clock): Door {
  const queues = createKnownQueues(clock)
  const inside = new Set<Exchange>()
  let lastRound = Number.NEGATIVE_INFINITY

  const showOutLaggards = (): number => {
    const now = clock.monotonic()
    if (now - lastRound < ROUND_MS) return 0
    lastRound = now
    let laggards = 0
    for (const exchange of inside) {
      if (exchange.caller.arrived || now - exchange.started < PATIENCE_MS) continue
      inside.delete(exchange)
      admission.leave()
      laggards++
    }
    return laggards
  }

  const queueRefusal = (path: string, caller: Caller): OverloadedError | undefined => {
    const refused = queues.refusal(path, caller)
    if (refused !== undefined) admission.turnAway()
    return refused
  }

  const refusal: Door['refusal'] = (path, caller) => {
    const refused = admission.refusal()
    if (refused === undefined) return queueRefusal(path, caller)
    return showOutLaggards() > 0 ? admission.refusal() : refused
  }

  return {
    refusal,
    enter(path, exchange) {
      const refused = refusal(path, exchange.caller)
      if (refused !== undefined) throw refused
      admission.enter()
      inside.add(exchange)
    },
    leave(path, exchange) {
      queues.remember(path, exchange)
      if (inside.delete(exchange)) admission.leave()
    },
  }
}
