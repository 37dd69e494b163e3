import type { Server, ServerOptions } from 'node:http'

/** What one client, and all together, may take of the server; milliseconds and bytes. */
export type ConnectionLimits = {
  /** From the first byte of a request, or from connecting, to the end of its head; answered with 408. */
  readonly headersTimeout: number
  /** To the end of its body; answered with 408. */
  readonly requestTimeout: number
  /** A request or an answer of which no byte moves for so long is cut. */
  readonly idleTimeout: number
  /** Until the next request on a connection. */
  readonly keepAliveTimeout: number
  /** How often the first two are looked after. */
  readonly checkInterval: number
  /** Of a request's head; a larger one is answered with 431. */
  readonly maxHeaderBytes: number
  /** Connections at the same time; one more is closed. */
  readonly maxConnections: number
}

export const connectionLimits: ConnectionLimits = {
  headersTimeout: 20_000,
  requestTimeout: 300_000,
  idleTimeout: 60_000,
  // a load balancer keeps a connection for 60 s: ours must outlast it, or it sends a request into a connection just closed
  keepAliveTimeout: 65_000,
  checkInterval: 5_000,
  maxHeaderBytes: 16_384,
  maxConnections: 16_384,
}

/** The limits that Node takes when a server is made. */
export function toServerOptions(limits: ConnectionLimits): ServerOptions {
  return {
    headersTimeout: limits.headersTimeout,
    requestTimeout: limits.requestTimeout,
    keepAliveTimeout: limits.keepAliveTimeout,
    connectionsCheckingInterval: limits.checkInterval,
    maxHeaderSize: limits.maxHeaderBytes,
  }
}

/** And those that it takes afterwards. */
export function limitConnections(server: Server, limits: ConnectionLimits): void {
  server.timeout = limits.idleTimeout
  server.maxConnections = limits.maxConnections
  // their bytes bound the headers; Node's own limit of 2000 would leave out what comes after, without a word
  server.maxHeadersCount = 0
}
