import type { Server as HttpServer } from 'node:http'
import { Server } from 'node:net'
import { setTimeout as delay, setImmediate as endOfTurn } from 'node:timers/promises'

/** Connections are kept for so long before the listener closes, and so long after it. */
const SETTLE_MS = 500
/** A turn in which nothing was to be done takes 0.01 ms, one request 0.1 ms. */
const SHORT_TURN_MS = 0.1
/** A busy server does not wait for ever for a quiet one. */
const MOST_TURNS = 10_000

export type Farewell = {
  /** Whether an answer given now must say `Connection: close`. */
  readonly leaving: boolean
  /** Serves on for so long, answers saying `Connection: close`, so that whoever holds connections moves on by itself. */
  drain(milliseconds: number): Promise<void>
  /**
   * Takes no more connections, lets requests in flight finish, cuts what is still open after `graceMs`. After a drain, and where another
   * process listens in its place (`isReplaced`), kept connections stay for half a second, so that a client in the middle of its work is told.
   */
  close(graceMs: number, isReplaced?: boolean): Promise<void>
}

/**
 * How a server goes without a lost request. A connection that waits to be accepted when its listener closes is reset by the kernel, and
 * a proxy in front (nginx) sends a POST that was reset to nobody else. While every answer says close, each request comes on a new
 * connection, and some would be lost just so. Hence the last half second of a drain keeps connections again: the listener
 * closes while nobody needs a new one. From then on answers say close, new connections are refused (which sends a proxy elsewhere, since
 * nothing was sent), and connections that nobody used for half a second more end.
 */
export function createFarewell(server: HttpServer): Farewell {
  let leaving = false
  let drained = false
  return {
    get leaving() {
      return leaving
    },
    async drain(milliseconds) {
      drained = true
      leaving = true
      const settle = Math.min(SETTLE_MS, milliseconds / 2)
      await delay(milliseconds - settle)
      leaving = false
      await delay(settle)
    },
    async close(graceMs, isReplaced = false) {
      const cut = setTimeout(() => server.closeAllConnections(), graceMs)
      await quietTurn(server)
      leaving = true
      const closed = stopListening(server)
      if (drained || isReplaced) await delay(SETTLE_MS)
      // a request may have come since sockets were last read, and a connection that is closed unread is reset
      await quietTurn(server)
      server.closeIdleConnections()
      await closed
      clearTimeout(cut)
    },
  }
}

/** A turn of the event loop takes one connection from the listener: after one that took none, and was short, hardly any can be waiting. */
async function quietTurn(server: HttpServer): Promise<void> {
  let taken = 0
  const take = (): void => {
    taken++
  }
  server.on('connection', take)
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    const before = taken
    const began = performance.now()
    await endOfTurn()
    if (taken === before && performance.now() - began < SHORT_TURN_MS) break
  }
  server.off('connection', take)
}

/** Closes the listener alone; http.Server's own close would end idle connections in the same moment. */
function stopListening(server: HttpServer): Promise<void> {
  return new Promise(resolve => Server.prototype.close.call(server, () => resolve()))
}
