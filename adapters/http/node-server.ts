import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener, type HttpBindings } from '@hono/node-server'
import { type ConnectionLimits, connectionLimits, limitConnections, toServerOptions } from './connection-limits.ts'
import { createFarewell, type Farewell } from './farewell.ts'
import type { HttpApp } from './http-app.ts'
import { NodeCaller } from './node-caller.ts'
import { refuse } from './refuse.ts'
import type { PlainResponse } from './respond.ts'

export type ListenOptions = {
  readonly port: number
  readonly host: string
  readonly limits?: ConnectionLimits
}

export type Listening = Pick<Farewell, 'drain' | 'close'> & { readonly url: string }

/** Connections that wait to be taken, as far as the kernel allows (net.core.somaxconn). Of Node's own 511 a burst overflows, and its clients try again after 1, 3 and 7 s. */
const BACKLOG = 4096

/** Serves an app on a Node HTTP server. Rejects with Node's own error (`EADDRINUSE`, `EACCES`) where it cannot listen. */
export async function listen(
  app: HttpApp,
  { port, host, limits = connectionLimits }: ListenOptions,
): Promise<Listening> {
  const answer = async (request: Request, { incoming, outgoing }: HttpBindings): Promise<Response> => {
    const response = await app(request, new NodeCaller(incoming, outgoing))
    if (farewell.leaving) outgoing.setHeader('connection', 'close')
    return response
  }
  const welcome = getRequestListener((request, bindings) => answer(request, bindings as HttpBindings), {
    errorHandler: refuseTarget,
  })
  const write = (outgoing: ServerResponse, { status, headers, body }: PlainResponse): void => {
    if (outgoing.destroyed) return
    const bytes = Buffer.byteLength(body)
    headers['content-length'] = String(bytes)
    if (farewell.leaving) headers.connection = 'close'
    // as many bytes as characters: the same in Latin-1, which is written without being converted
    outgoing.writeHead(status, headers).end(body, bytes === body.length ? 'latin1' : 'utf8')
  }
  const server = createServer(toServerOptions(limits), (incoming, outgoing) => {
    const { method = '', url = '' } = incoming
    const answer = app.direct(method, url, new NodeCaller(incoming, outgoing))
    if (answer === undefined) void welcome(incoming, outgoing)
    else if (answer instanceof Promise) void answer.then(given => write(outgoing, given))
    else write(outgoing, answer)
  })
  const farewell = createFarewell(server)
  limitConnections(server, limits)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host, backlog: BACKLOG }, () => {
      server.off('error', reject)
      resolve()
    })
  })

  const { address, family, port: bound } = server.address() as AddressInfo
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`,
    drain: farewell.drain,
    close: farewell.close,
  }
}

/** A request whose target or host is none. */
function refuseTarget(error: unknown): Response {
  return refuse('bad_request', `the request target cannot be read: ${(error as Error).message}`, undefined)
}
