import type { Exchange } from './exchange.ts'

/** A route by its parts: what it answers to a request, given the named parts of its path. */
export type PathRoute = readonly [
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  handler: (request: Request, exchange: Exchange, parameter: (name: string) => string) => Promise<Response>,
]
