import { isUtf8 } from 'node:buffer'
import { STATUS_CODES } from 'node:http'
import { type Fields, type HttpSource, isFields } from './source.ts'

/** The answer to an HTTP event, as its source reads it. */
export type HttpResult = {
  readonly statusCode: number
  readonly statusDescription?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>>
  readonly cookies?: readonly string[]
  readonly body: string
  readonly isBase64Encoded: boolean
}

/** What a source takes of an answer: Lambda's own limit, and a load balancer's. */
const MAX_BYTES: Readonly<Record<HttpSource, number>> = { 'http-2.0': 6_000_000, 'http-1.0': 6_000_000, alb: 1_000_000 }

export function mostBytes(source: HttpSource): number {
  return MAX_BYTES[source]
}

/** Bytes a body takes in the JSON of the answer, where quotation marks and line ends cost two. */
export function bytesInJson({ body }: HttpResult): number {
  return Buffer.byteLength(JSON.stringify(body))
}

/** Writes a response as the source of the event reads it: text as it is, other bytes in base64. */
export function toResult(
  event: Fields,
  source: HttpSource,
  { status, headers }: Response,
  bytes: Uint8Array,
): HttpResult {
  const isText = isUtf8(bytes) && !headers.has('content-encoding')
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(isText ? 'utf8' : 'base64')
  const cookies = headers.getSetCookie()
  const single = Object.fromEntries([...headers].filter(([name]) => name !== 'set-cookie'))
  const common = { statusCode: status, body, isBase64Encoded: !isText }
  if (source === 'http-2.0') return { ...common, headers: single, ...(cookies.length === 0 ? {} : { cookies }) }

  const listed = Object.fromEntries(Object.entries(single).map(([name, value]) => [name, [value]] as const))
  const multiValueHeaders = cookies.length === 0 ? listed : { ...listed, 'set-cookie': cookies }
  if (source === 'http-1.0') return { ...common, multiValueHeaders }
  const statusDescription = `${status} ${STATUS_CODES[status] ?? ''}`.trim()
  // a target group answers in the form that it asks in
  if (isFields(event.multiValueHeaders)) return { ...common, statusDescription, multiValueHeaders }
  const [cookie] = cookies
  return { ...common, statusDescription, headers: cookie === undefined ? single : { ...single, 'set-cookie': cookie } }
}
