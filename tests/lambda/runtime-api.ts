import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** How an invocation ended: with the bytes of an answer, or with an error as the runtime reports it. */
export type Ending = { readonly answer: string } | { readonly error: ReportedError }

export type ReportedError = {
  readonly errorType: string
  readonly errorMessage: string
  readonly trace?: readonly string[]
}

export type RuntimeApi = {
  /** `host:port`, as the runtime is told. */
  readonly address: string
  /** Resolves at the first time that the runtime asks for an event, with the moment; or at its report that it cannot start. */
  readonly started: Promise<{ readonly at: number } | { readonly error: ReportedError }>
  /** Hands an event to the runtime and waits for how it ends. */
  invoke(event: unknown, timeoutMs?: number): Promise<Ending>
  close(): void
}

type Pending = { readonly id: string; readonly event: string; readonly timeoutMs: number; end(ending: Ending): void }

/** Lambda's Runtime API on this machine, for one runtime: it asks for the next event and reports how the last one ended. */
export async function startRuntimeApi(): Promise<RuntimeApi> {
  const waiting: Pending[] = []
  const running = new Map<string, Pending>()
  let poll: ServerResponse | undefined
  const started = Promise.withResolvers<{ at: number } | { error: ReportedError }>()

  const deliver = (): void => {
    if (poll === undefined) return
    const next = waiting.shift()
    if (next === undefined) return
    running.set(next.id, next)
    poll.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': next.id,
      'lambda-runtime-deadline-ms': String(Date.now() + next.timeoutMs),
      'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:eu-central-1:123456789012:function:scoring',
      'lambda-runtime-trace-id': 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0',
    })
    poll.end(next.event)
    poll = undefined
  }
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [, , , area, id = '', ending] = request.url?.split('/') ?? []
    if (area === 'invocation' && id === 'next') {
      started.resolve({ at: performance.now() })
      poll = response
      deliver()
      return
    }
    const body = await text(request)
    if (area === 'init') started.resolve({ error: JSON.parse(body) })
    else {
      running.get(id)?.end(ending === 'response' ? { answer: body } : { error: JSON.parse(body) })
      running.delete(id)
    }
    response.writeHead(202).end('{"status":"OK"}')
  }
  const server = createServer((request, response) => void take(request, response))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))

  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    started: started.promise,
    invoke: (event, timeoutMs = 30_000) =>
      new Promise(resolve => {
        waiting.push({ id: randomUUID(), event: JSON.stringify(event), timeoutMs, end: resolve })
        deliver()
      }),
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
