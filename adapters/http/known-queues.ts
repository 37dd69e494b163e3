import type { Clock, OverloadedError } from '@scaling-mlops/core'
import type { Caller, Exchange } from './exchange.ts'

/** Remembers which queue the requests of a kind wait in, so that the next of the kind can be refused before it is routed and its body read. */
export type KnownQueues = {
  /** Why the queue of such requests has no room for one more; nothing where it is not known. */
  refusal(path: string, caller: Caller): OverloadedError | undefined
  /** Takes note of the queue that a request came to, if it came to one. */
  remember(path: string, exchange: Exchange): void
}

/** Kinds that are remembered: paths are the callers' own, and there is no end to the ways of writing one. */
const MOST_KINDS = 1000

export function createKnownQueues(clock: Clock): KnownQueues {
  const queues = new Map<string, NonNullable<Exchange['queue']>>()
  return {
    refusal(path, caller) {
      const queue = queues.get(kindOf(path, caller))
      if (queue === undefined) return undefined
      const patience = Number(caller.header('x-request-timeout-ms') ?? Number.POSITIVE_INFINITY)
      // whoever has put no number there is told so inside
      return patience > 0 ? queue.refusal({ deadline: clock.monotonic() + patience }) : undefined
    },
    remember(path, { caller, queue }) {
      if (queue === undefined) return
      const kind = kindOf(path, caller)
      if (queues.get(kind) === queue) return
      if (queues.size >= MOST_KINDS) queues.clear()
      queues.set(kind, queue)
    },
  }
}

/** Bodies of one path wait in different ways by their content type: those of lines for as long as it takes. */
function kindOf(path: string, caller: Caller): string {
  return `${path} ${caller.header('content-type') ?? ''}`
}
