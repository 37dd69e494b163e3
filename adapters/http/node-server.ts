import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { requestIdOf } from './exchange.ts'
import type { HttpApp } from './http-app.ts'
import { HttpError } from './http-error.ts'
import { toProblem } from './problem.ts'
import { respondProblem } from './respond.ts'

export type ListenOptions = { readonly port: number; readonly host: string }

export type Listening = {
  readonly url: string
  /** Takes no more connections, lets requests in flight finish, then ends idle connections; cuts what is still open after `graceMs`. */
  close(graceMs: number): Promise<void>
}

/** Serves an app on a Node HTTP server. Rejects with Node's own error (`EADDRINUSE`, `EACCES`) where it cannot listen. */
export async function listen(app: HttpApp, { port, host }: ListenOptions): Promise<Listening> {
  const server = createServer(getRequestListener(app, { errorHandler: refuseRequest }))
  // a load balancer keeps a connection for 60 s: ours must outlast it, or it sends a request into a connection just closed
  server.keepAliveTimeout = 65_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const address = server.address() as AddressInfo
  return {
    url: `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`,
    close: graceMs => close(server, graceMs),
  }
}

async function close(server: Server, graceMs: number): Promise<void> {
  await new Promise<void>(resolve => {
    const cut = setTimeout(() => server.closeAllConnections(), graceMs)
    server.close(() => {
      clearTimeout(cut)
      resolve()
    })
    server.closeIdleConnections()
  })
}

/** A request that is no request: a bad target, no host. */
function refuseRequest(error: unknown): Response {
  const requestId = requestIdOf(null)
  return respondProblem(
    toProblem(
      new HttpError('bad_request', `the request target cannot be read: ${(error as Error).message}`),
      requestId,
    ),
    requestId,
  )
}
