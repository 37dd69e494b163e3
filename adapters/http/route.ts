import type { Exchange } from './exchange.ts'

/** A route by its parts: what it answers to a request, given the named parts of its path. */
export type PathRoute = readonly [
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  handler: (request: Request, exchange: Exchange, parameter: (name: string) => string) => Promise<Response>,
]

/** A route as it can be told of. */
export type RouteEntry = {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  /** Whether the settings of this server want an operator's key for it. */
  readonly isKeyed: boolean
}
