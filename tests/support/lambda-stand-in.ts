import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

type Routing = { readonly version: string; readonly weights: Readonly<Record<string, number>> }

export type LambdaStandIn = AsyncDisposable & {
  readonly environment: Readonly<Record<string, string>>
  /** Operations that were called, in order; looks at alarms are `DescribeAlarms`. */
  readonly calls: string[]
  /** What the alias stood for, one after the other. */
  readonly routing: Routing[]
  /** What LastUpdateStatus says, one after the other; the last one stays. */
  updates: readonly string[]
  /** States of the alarms at each look, by name; the last one stays. */
  alarms: readonly Readonly<Record<string, 'OK' | 'ALARM' | 'INSUFFICIENT_DATA'>>[]
  /** What a version answers. */
  invoke: (version: string, payload: unknown) => Promise<unknown>
  /** An error that is sent in place of the answer. */
  refuse: (operation: string) => string | undefined
}

const STATUS: Readonly<Record<string, number>> = {
  AccessDeniedException: 403,
  ResourceNotFoundException: 404,
  TooManyRequestsException: 429,
}

/** Lambda (REST, JSON) and the alarms of CloudWatch (JSON 1.0) in this process: one function "scoring" whose alias "live" is version 1. */
export async function openLambdaStandIn(): Promise<LambdaStandIn> {
  let [newest, hash] = [1, 'first']
  let published = hash

  const operations: readonly [string, RegExp, string, (body: Fields, url: URL) => Promise<Fields> | Fields][] = [
    ['GET', /\/aliases\/live$/, 'GetAlias', () => alias()],
    [
      'PUT',
      /\/aliases\/live$/,
      'UpdateAlias',
      ({ FunctionVersion, RoutingConfig }) => {
        const { AdditionalVersionWeights = {} } = RoutingConfig as { AdditionalVersionWeights?: Record<string, number> }
        standIn.routing.push({ version: String(FunctionVersion), weights: AdditionalVersionWeights })
        return alias()
      },
    ],
    [
      'PUT',
      /\/code$/,
      'UpdateFunctionCode',
      ({ ZipFile, S3Key }) => {
        hash = createHash('sha256')
          .update(String(ZipFile ?? S3Key))
          .digest('base64')
        return { CodeSha256: hash }
      },
    ],
    [
      'GET',
      /\/configuration$/,
      'GetFunctionConfiguration',
      () => {
        const [LastUpdateStatus = 'Successful', ...later] = standIn.updates
        if (later.length > 0) standIn.updates = later
        return { LastUpdateStatus, LastUpdateStatusReason: 'says the stand-in', State: 'Active' }
      },
    ],
    [
      'POST',
      /\/versions$/,
      'PublishVersion',
      ({ CodeSha256 }) => {
        if (CodeSha256 !== hash) throw new Error('another program came in between')
        if (published !== hash) newest++
        published = hash
        return { Version: String(newest) }
      },
    ],
  ]
  const alias = (): Fields => {
    const { version, weights } = standIn.routing.at(-1) ?? { version: '1', weights: {} }
    return { FunctionVersion: version, RoutingConfig: { AdditionalVersionWeights: weights } }
  }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '', 'http://lambda')
    const body = await text(request)
    if (request.headers['x-amz-target'] !== undefined) return describeAlarms(response)
    if (!url.pathname.includes('/functions/scoring/')) return refuse(response, 'ResourceNotFoundException')
    if (url.pathname.endsWith('/invocations')) {
      standIn.calls.push('Invoke')
      const refused = standIn.refuse('Invoke')
      if (refused !== undefined) return refuse(response, refused)
      const version = url.searchParams.get('Qualifier') ?? ''
      const answered = await standIn.invoke(version, JSON.parse(body)).catch((error: Error) => error)
      if (answered instanceof Error) response.setHeader('x-amz-function-error', 'Unhandled')
      response.end(JSON.stringify(answered instanceof Error ? { errorMessage: answered.message } : answered))
      return
    }
    for (const [method, path, operation, run] of operations)
      if (request.method === method && path.test(url.pathname)) {
        standIn.calls.push(operation)
        const refused = standIn.refuse(operation)
        if (refused !== undefined) return refuse(response, refused)
        response.setHeader('content-type', 'application/json')
        response.end(JSON.stringify(await run(body === '' ? {} : JSON.parse(body), url)))
        return
      }
    refuse(response, 'ResourceNotFoundException')
  }

  const describeAlarms = (response: ServerResponse): void => {
    standIn.calls.push('DescribeAlarms')
    response.setHeader('content-type', 'application/x-amz-json-1.0')
    const refused = standIn.refuse('DescribeAlarms')
    if (refused !== undefined) {
      refuse(response, refused)
      return
    }
    const [states = {}, ...later] = standIn.alarms
    if (later.length > 0) standIn.alarms = later
    const MetricAlarms = Object.entries(states).map(([AlarmName, StateValue]) => ({
      AlarmName,
      StateValue,
      StateReason: 'the threshold was crossed',
    }))
    response.end(JSON.stringify({ MetricAlarms }))
  }

  const server = createServer((request, response) => void answer(request, response).catch(() => response.destroy()))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const standIn: LambdaStandIn = {
    environment: {
      AWS_ENDPOINT_URL_LAMBDA: url,
      AWS_ENDPOINT_URL_CLOUDWATCH: url,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    },
    calls: [],
    routing: [],
    updates: ['InProgress', 'Successful'],
    alarms: [{ errors: 'OK' }],
    invoke: async () => null,
    refuse: () => undefined,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return standIn
}

type Fields = Readonly<Record<string, unknown>>

function refuse(response: ServerResponse, code: string): void {
  response.writeHead(STATUS[code] ?? 400, { 'content-type': 'application/json', 'x-amzn-errortype': code })
  response.end(JSON.stringify({ __type: code, Message: `${code} says the stand-in` }))
}
