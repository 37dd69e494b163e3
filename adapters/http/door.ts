import type { Admission, Clock, OverloadedError } from '@scaling-mlops/core'
import type { Caller, Exchange, Kind } from './exchange.ts'
import { createInside } from './inside.ts'

/** Admission for requests that arrive over a network. */
export type Door = {
  /** Why a request that has just arrived cannot come in, by what waits for the thread or in the queue of its kind, where that is known. */
  refusal(kind: Kind | undefined, caller: Caller): OverloadedError | undefined
  /** Lets a request in, or throws its refusal by the thread: its queue refuses it again, if it must, once its rows are known. */
  enter(exchange: Exchange): void
  leave(exchange: Exchange): void
}

/** Who has not sent the whole request after so long is waited for, not worked on. */
const PATIENCE_MS = 1000
/** How often those are looked for at the most. */
const ROUND_MS = 100

/** Requests that wait for their own client are no work in flight: thousands who never finish their body must not keep others out. */
export function createDoor(admission: Admission, clock: Clock): Door {
  const inside = createInside()
  let lastRound = Number.NEGATIVE_INFINITY

  const showOutLaggards = (): number => {
    const now = clock.monotonic()
    if (now - lastRound < ROUND_MS) return 0
    lastRound = now
    let laggards = 0
    for (const exchange of inside.all()) {
      if (exchange.caller.arrived || now - exchange.started < PATIENCE_MS) continue
      inside.remove(exchange)
      admission.leave()
      laggards++
    }
    return laggards
  }

  const threadRefusal = (): OverloadedError | undefined => {
    const refused = admission.refusal()
    return refused !== undefined && showOutLaggards() > 0 ? admission.refusal() : refused
  }

  const queueRefusal = ({ queue }: Kind, caller: Caller): OverloadedError | undefined => {
    const patience = Number(caller.header('x-request-timeout-ms') ?? Number.POSITIVE_INFINITY)
    // whoever has put no number there is told so inside
    return patience > 0 ? queue.refusal({ deadline: clock.monotonic() + patience }) : undefined
  }

  return {
    refusal(kind, caller) {
      const byThread = threadRefusal()
      if (byThread !== undefined || kind === undefined) return byThread
      const byQueue = queueRefusal(kind, caller)
      if (byQueue !== undefined) admission.turnAway()
      return byQueue
    },
    enter(exchange) {
      const refused = threadRefusal()
      if (refused !== undefined) throw refused
      admission.enter()
      inside.add(exchange)
    },
    leave(exchange) {
      if (inside.remove(exchange)) admission.leave()
    },
  }
}
