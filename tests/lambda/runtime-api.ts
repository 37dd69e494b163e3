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
  /** The same where the answer is what counts; rejects with the error of an invocation that failed. */
  answerOf(event: unknown, timeoutMs?: number): Promise<string>
  close(): void
}

type Pending = { readonly id: string; readonly event: string; readonly timeoutMs: number; end(ending: Ending): void }

/** An error that the runtime has reported, to be thrown here. */
export function toError({ errorType, errorMessage }: ReportedError): Error {
  return new Error(`${errorType}: ${errorMessage}`)
}

/** Lambda's environment of a function that calls a Runtime API at an address. */
export function functionEnvironment(address: string): Readonly<Record<string, string>> {
  return {
    AWS_LAMBDA_RUNTIME_API: address,
    _HANDLER: 'main.handler',
    AWS_LAMBDA_FUNCTION_NAME: 'scoring',
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1769',
    AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/scoring',
    AWS_LAMBDA_LOG_STREAM_NAME: '2026/11/23/[$LATEST]1',
    AWS_REGION: 'eu-central-1',
  }
}

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

  const invoke: RuntimeApi['invoke'] = (event, timeoutMs = 30_000) =>
    new Promise(resolve => {
      waiting.push({ id: randomUUID(), event: JSON.stringify(event), timeoutMs, end: resolve })
      deliver()
    })

  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    started: started.promise,
    invoke,
    async answerOf(event, timeoutMs) {
      const ending = await invoke(event, timeoutMs)
      if ('error' in ending) throw toError(ending.error)
      return ending.answer
    },
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
