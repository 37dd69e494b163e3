import type { AccessLog, Admission, RequestsInFlight, Tracer } from '@scaling-mlops/core'
import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { TrieRouter } from 'hono/router/trie-router'
import { createDoor } from './door.ts'
import { respondError, toErrorResponse } from './error-form.ts'
import { type Caller, callerOf, type Exchange, requestIdOf } from './exchange.ts'
import { HttpError } from './http-error.ts'
import { toProblem } from './problem.ts'
import { beginSpan, endSpan } from './request-span.ts'
import type { PlainResponse } from './respond.ts'
import type { RouteEntry } from './route.ts'
import { createRoutes, type Route, type RouteOptions } from './routes.ts'

export type HttpAppOptions = RouteOptions & {
  readonly accessLog: AccessLog
  /** Stands before every request that brings work. */
  readonly admission: Admission
  readonly inFlight: RequestsInFlight
  /** Without it requests are not traced. */
  readonly tracer?: Tracer | undefined
  /** Origins whose pages may call this server; none by default. */
  readonly corsOrigins: readonly string[]
}

/** A server as a function of the web's own types: every host (Node, Lambda, a test) supplies requests and takes responses. Never rejects. */
export type HttpApp = {
  (request: Request, caller?: Caller): Promise<Response>
  /** The answer to a request that cannot come in now: for hosts that give it before they make a Request, so that a refusal costs little of what an answer does. */
  refusal(method: string, url: string, caller: Caller): PlainResponse | undefined
  /** Every route there is. */
  readonly routes: readonly RouteEntry[]
}

export function createHttpApp(options: HttpAppOptions): HttpApp {
  const { log, accessLog, clock, admission, inFlight, tracer, corsOrigins } = options
  const app = new Hono<{ Bindings: Exchange }>({ strict: false })
  const door = createDoor(admission, clock)
  const methodsOf = new TrieRouter<string>()
  const { routes, table } = createRoutes(options)

  if (corsOrigins.length > 0)
    app.use(
      cors({
        origin: [...corsOrigins],
        allowMethods: ['GET', 'POST', 'DELETE'],
        exposeHeaders: ['X-Request-Id', 'Retry-After', 'Location', 'Content-Disposition', 'Content-Range'],
        maxAge: 600,
      }),
    )
  for (const [method, path, handler] of routes) {
    app.on(method, path, tracer === undefined ? handler : withRoute(path, handler))
    methodsOf.add('ALL', path, method === 'GET' ? 'GET, HEAD' : method)
  }
  app.notFound(({ req }) => {
    const allowed = methodsOf.match('ALL', req.path)[0].map(([methods]) => methods)
    if (allowed.length === 0)
      throw new HttpError(
        'not_found',
        `there is nothing at ${req.path.slice(0, 100)}; the models are listed at /models`,
      )
    throw new HttpError('method_not_allowed', `${req.method} does not work here; ${allowed.join(', ')} does`, {
      headers: { allow: allowed.join(', ') },
    })
  })
  app.onError((error, { req, env }) => {
    const problem = toProblem(error, env.requestId)
    // a deadline that passed is its caller's, and no fault
    if (problem.status >= 500 && problem.document.code !== 'deadline_exceeded')
      log.error('request failed', { requestId: env.requestId, error })
    return respondError(req.path, problem, env.requestId)
  })

  const beginExchange = (caller: Caller): Exchange => {
    const exchange: Exchange = {
      requestId: requestIdOf(caller.header('x-request-id')),
      caller,
      started: clock.monotonic(),
    }
    if (tracer !== undefined) exchange.span = beginSpan(tracer, exchange)
    return exchange
  }

  const answer = async (request: Request, path: string, exchange: Exchange): Promise<Response> => {
    if (request.method !== 'POST') return app.fetch(request, exchange)
    try {
      door.enter(exchange)
    } catch (refusal) {
      return respondError(path, toProblem(refusal, exchange.requestId), exchange.requestId)
    }
    try {
      return await app.fetch(request, exchange)
    } finally {
      door.leave(path, exchange)
    }
  }

  const tell = (method: string, path: string, status: number, exchange: Exchange): void => {
    const { requestId, started, span, model, version, rows, invalid } = exchange
    const milliseconds = clock.monotonic() - started
    accessLog({ method, path, status, milliseconds, requestId, model, version, rows, invalid })
    if (span !== undefined) endSpan(span, { method, path, status }, exchange)
  }

  const handle = async (request: Request, caller = callerOf(request)): Promise<Response> => {
    const exchange = beginExchange(caller)
    const { method } = request
    const path = pathOf(request.url)
    inFlight.begin()
    const response = await answer(request, path, exchange)
    inFlight.end()
    if (exchange.streamed === undefined) tell(method, path, response.status, exchange)
    else void exchange.streamed.promise.then(() => tell(method, path, response.status, exchange))
    return response
  }

  const refusal: HttpApp['refusal'] = (method, url, caller) => {
    if (method !== 'POST') return undefined
    const path = pathOf(url)
    const refused = door.refusal(path, caller)
    if (refused === undefined) return undefined
    const exchange = beginExchange(caller)
    const response = toErrorResponse(path, toProblem(refused, exchange.requestId), exchange.requestId)
    tell(method, path, response.status, exchange)
    return response
  }

  return Object.assign(handle, { refusal, routes: table })
}

function withRoute(path: string, handler: Route[2]): Route[2] {
  return context => {
    context.env.route = path
    return handler(context)
  }
}

/** Characters of a path that are kept; a longer one is nobody's. */
const LONGEST_PATH = 200

/** The path of a URL without its query, which may hold what does not belong in a log. */
function pathOf(url: string): string {
  const start = url.startsWith('/') ? 0 : url.indexOf('/', url.indexOf('://') + 3)
  const query = url.indexOf('?', start)
  return url.slice(start, Math.min(query === -1 ? url.length : query, start + LONGEST_PATH))
}
