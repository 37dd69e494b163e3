import type { Caller, Exchange, Kind } from './exchange.ts'

/**
 * Remembers what requests of a kind came to, so that the next of the kind can be refused before it is routed and its body read, or answered without a router
 * in between.
 */
export type KnownKinds = {
  find(path: string, caller: Caller): Kind | undefined
  /** Takes note of the queue that a request came to, if it came to one. */
  remember(path: string, exchange: Exchange): void
}

/** Kinds that are remembered, and characters of their paths: these are the callers' own, and there is no end to the ways of writing one. */
const MOST_KINDS = 1000
const LONGEST_PATH = 200

export function createKnownKinds(): KnownKinds {
  // bodies of one path wait in different ways by their content type: those of lines for as long as it takes
  const paths = new Map<string, Map<string | undefined, Kind>>()
  let size = 0
  const find: KnownKinds['find'] = (path, caller) => paths.get(path)?.get(caller.header('content-type'))

  const add = (path: string, type: string | undefined, kind: Kind): void => {
    if (size >= MOST_KINDS) {
      paths.clear()
      size = 0
    }
    const types = paths.get(path) ?? new Map<string | undefined, Kind>()
    paths.set(path, types.set(type, kind))
    size++
  }

  return {
    find,
    remember(path, { caller, queue, again, isKeyed, route }) {
      if (queue === undefined || path.length > LONGEST_PATH) return
      const kind = find(path, caller)
      if (kind !== undefined) kind.queue = queue
      else add(path, caller.header('content-type'), { queue, answer: isKeyed === true ? undefined : again, route })
    },
  }
}
