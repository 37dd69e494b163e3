import type { AccessLog, Admission, RequestsInFlight, Tracer } from '@scaling-mlops/core'
import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { TrieRouter } from 'hono/router/trie-router'
import { createDirectWay, type DirectWay } from './direct-way.ts'
import { createDoor } from './door.ts'
import { respondError } from './error-form.ts'
import { type Caller, callerOf, type Exchange } from './exchange.ts'
import { HttpError } from './http-error.ts'
import { createKnownKinds } from './known-kinds.ts'
import { createLedger } from './ledger.ts'
import { pathOf } from './request-path.ts'
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
  readonly direct: DirectWay
  /** Every route there is. */
  readonly routes: readonly RouteEntry[]
}

export function createHttpApp(options: HttpAppOptions): HttpApp {
  const { clock, admission, inFlight, tracer, corsOrigins, maxBodyBytes } = options
  const app = new Hono<{ Bindings: Exchange }>({ strict: false })
  const door = createDoor(admission, clock)
  const kinds = createKnownKinds()
  const servesPages = corsOrigins.length > 0
  const ledger = createLedger(options)
  const methodsOf = new TrieRouter<string>()
  const { routes, table } = createRoutes(options)

  if (servesPages)
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
  app.onError((error, { req, env }) => respondError(req.path, ledger.problemOf(error, env), env.requestId))

  const answer = async (request: Request, path: string, exchange: Exchange): Promise<Response> => {
    if (request.method !== 'POST') return app.fetch(request, exchange)
    try {
      door.enter(exchange)
      return await app.fetch(request, exchange)
    } catch (refusal) {
      return respondError(path, ledger.problemOf(refusal, exchange), exchange.requestId)
    } finally {
      door.leave(exchange)
      kinds.remember(path, exchange)
    }
  }

  const handle = async (request: Request, caller = callerOf(request)): Promise<Response> => {
    const exchange = ledger.begin(caller)
    const { method } = request
    const path = pathOf(request.url)
    inFlight.begin()
    const response = await answer(request, path, exchange)
    inFlight.end()
    if (exchange.streamed === undefined) ledger.end(method, path, response.status, exchange)
    else void exchange.streamed.promise.then(() => ledger.end(method, path, response.status, exchange))
    return response
  }

  const direct = createDirectWay({ kinds, door, ledger, inFlight, maxBodyBytes, servesPages })
  return Object.assign(handle, { direct, routes: table })
}

function withRoute(path: string, handler: Route[2]): Route[2] {
  return context => {
    context.env.route = path
    return handler(context)
  }
}
