import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A span as a test reads it: attributes by their names, moments as nanoseconds since 1970. */
export type ReceivedSpan = {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string | undefined
  readonly traceState: string | undefined
  readonly flags: number
  readonly name: string
  readonly kind: number
  readonly started: bigint
  readonly ended: bigint
  readonly attributes: Readonly<Record<string, unknown>>
  readonly statusCode: number | undefined
}

export type OtlpReceiver = AsyncDisposable & {
  readonly url: string
  readonly requests: readonly {
    readonly path: string
    readonly headers: IncomingMessage['headers']
    readonly text: string
  }[]
  /** All spans so far. Throws where something was sent that OTLP's JSON mapping does not allow. */
  spans(): readonly ReceivedSpan[]
  /** The attributes of the resource of the first request. */
  resource(): Readonly<Record<string, unknown>>
}

/** Listens where a collector should be and keeps what it is sent. */
export async function openOtlpReceiver(
  answer: (response: ServerResponse) => void = response => response.end('{}'),
): Promise<OtlpReceiver> {
  const requests: { path: string; headers: IncomingMessage['headers']; text: string }[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    requests.push({ path: request.url ?? '', headers: request.headers, text: String(Buffer.concat(chunks)) })
    response.setHeader('content-type', 'application/json')
    answer(response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const resourceSpans = () =>
    requests.flatMap(({ text }) => listOf(fieldsOf(JSON.parse(text), ['resourceSpans']).resourceSpans))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    spans: () => resourceSpans().flatMap(readResourceSpans),
    resource: () => {
      const { resource } = fieldsOf(resourceSpans()[0], ['resource', 'scopeSpans'])
      return readAttributes(fieldsOf(resource, ['attributes']).attributes)
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function readResourceSpans(value: unknown): ReceivedSpan[] {
  const { scopeSpans } = fieldsOf(value, ['resource', 'scopeSpans'])
  return listOf(scopeSpans).flatMap(each => {
    const { scope, spans } = fieldsOf(each, ['scope', 'spans'])
    const { name, version } = fieldsOf(scope, ['name', 'version'])
    expectText(name, /./)
    expectText(version, /./)
    return listOf(spans).map(readSpan)
  })
}

function readSpan(value: unknown): ReceivedSpan {
  const span = fieldsOf(value, [
    'traceId',
    'spanId',
    'parentSpanId',
    'traceState',
    'flags',
    'name',
    'kind',
    'startTimeUnixNano',
    'endTimeUnixNano',
    'attributes',
    'status',
  ])
  const status = span.status === undefined ? undefined : fieldsOf(span.status, ['code'])
  return {
    // hexadecimal and not base64, as for all other bytes of protobuf
    traceId: expectText(span.traceId, /^[\da-f]{32}$/),
    spanId: expectText(span.spanId, /^[\da-f]{16}$/),
    parentSpanId: span.parentSpanId === undefined ? undefined : expectText(span.parentSpanId, /^[\da-f]{16}$/),
    traceState: span.traceState === undefined ? undefined : expectText(span.traceState, /./),
    flags: expectInteger(span.flags),
    name: expectText(span.name, /./),
    // enums are numbers, 64-bit integers are text
    kind: expectInteger(span.kind),
    started: BigInt(expectText(span.startTimeUnixNano, /^\d{19}$/)),
    ended: BigInt(expectText(span.endTimeUnixNano, /^\d{19}$/)),
    attributes: readAttributes(span.attributes),
    statusCode: status === undefined ? undefined : expectInteger(status.code),
  }
}

function readAttributes(value: unknown): Record<string, unknown> {
  return Object.fromEntries(
    listOf(value).map(each => {
      const { key, value } = fieldsOf(each, ['key', 'value'])
      return [expectText(key, /./), readValue(value)]
    }),
  )
}

function readValue(value: unknown): unknown {
  const fields = fieldsOf(value, ['stringValue', 'boolValue', 'intValue', 'doubleValue', 'arrayValue'])
  const [[kind, content] = ['none', undefined], ...others] = Object.entries(fields)
  if (others.length > 0) throw new TypeError(`a value has one kind; got ${JSON.stringify(value)}`)
  if (kind === 'intValue') return Number(expectText(content, /^-?\d+$/))
  if (kind === 'arrayValue') return listOf(fieldsOf(content, ['values']).values).map(readValue)
  return content
}

function fieldsOf(value: unknown, allowed: readonly string[]): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new TypeError(`an object is wanted; got ${JSON.stringify(value)}`)
  const unknown = Object.keys(value).filter(key => !allowed.includes(key))
  if (unknown.length > 0) throw new TypeError(`${unknown.join(', ')} has no place in ${allowed.join(', ')}`)
  return value as Record<string, unknown>
}

function listOf(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw new TypeError(`a list is wanted; got ${JSON.stringify(value)}`)
  return value
}

function expectText(value: unknown, form: RegExp): string {
  if (typeof value !== 'string' || !form.test(value))
    throw new TypeError(`text like ${form} is wanted; got ${JSON.stringify(value)}`)
  return value
}

function expectInteger(value: unknown): number {
  if (!Number.isInteger(value)) throw new TypeError(`an integer is wanted; got ${JSON.stringify(value)}`)
  return value as number
}
