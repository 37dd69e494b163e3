import { fromBase64 } from './base64.ts'
import { type Fields, type HttpSource, isFields, isText } from './source.ts'

/** A request that an event cannot be made into. */
export class UnreadableRequest extends Error {
  readonly code: 'bad_request' | 'unreadable_body'

  constructor(code: UnreadableRequest['code'], message: string) {
    super(message)
    this.code = code
  }
}

/** Writes an HTTP event as the request it was before. Throws an UnreadableRequest. */
export function toRequest(event: Fields, source: HttpSource): Request {
  const { method, target } = source === 'http-2.0' ? lineOf(event) : olderLineOf(event, source === 'alb')
  const headers = headersOf(event)
  const body = method === 'GET' || method === 'HEAD' ? undefined : bodyOf(event)
  // the gateways count differently, or not at all; the app trusts this number
  headers.delete('content-length')
  if (body !== undefined) headers.set('content-length', String(body.byteLength))
  try {
    return new Request(`http://${headers.get('host') ?? 'localhost'}${target}`, {
      method,
      headers,
      ...(body === undefined || body.byteLength === 0 ? {} : { body }),
    })
  } catch (error) {
    throw new UnreadableRequest('bad_request', `the request target cannot be read: ${(error as Error).message}`)
  }
}

type Line = { readonly method: string; readonly target: string }

/** Format 2.0 brings path and query as they were sent, the path behind the name of a stage that has one. */
function lineOf({ rawPath, rawQueryString, requestContext }: Fields): Line {
  const { http, stage } = requestContext as { http: { method: string }; stage?: unknown }
  const path =
    isText(stage) && String(rawPath).startsWith(`/${stage}/`) ? String(rawPath).slice(stage.length + 1) : rawPath
  return { method: http.method, target: join(String(path), isText(rawQueryString) ? rawQueryString : '') }
}

/** API Gateway decodes the parameters of format 1.0, a load balancer leaves them as they were sent. */
function olderLineOf(event: Fields, isEncoded: boolean): Line {
  const write = isEncoded ? (text: string) => text : encodeURIComponent
  const pairs = valuesOf(event.multiValueQueryStringParameters, event.queryStringParameters)
  const query = pairs.map(([name, value]) => `${write(name)}=${write(value)}`).join('&')
  return { method: String(event.httpMethod), target: join(String(event.path), query) }
}

function join(path: string, query: string): string {
  return query === '' ? path : `${path}?${query}`
}

function headersOf(event: Fields): Headers {
  const headers = new Headers()
  try {
    // what is beyond Latin-1 reads as its bytes, as Node reads headers
    for (const [name, value] of valuesOf(event.multiValueHeaders, event.headers))
      headers.append(name, /^[\0-\xff]*$/.test(value) ? value : Buffer.from(value).toString('latin1'))
    if (Array.isArray(event.cookies)) headers.set('cookie', event.cookies.join('; '))
  } catch (error) {
    throw new UnreadableRequest('bad_request', `the headers cannot be read: ${(error as Error).message}`)
  }
  return headers
}

/** Pairs of name and value from the field that lists all values, else from the one with the last of each. */
function valuesOf(all: unknown, last: unknown): (readonly [string, string])[] {
  const fields = isFields(all) ? all : isFields(last) ? last : {}
  return Object.entries(fields).flatMap(([name, values]) =>
    (Array.isArray(values) ? values : [values]).filter(isText).map(value => [name, value] as const),
  )
}

function bodyOf({ body, isBase64Encoded }: Fields): Buffer<ArrayBufferLike> | undefined {
  if (body === undefined || body === null) return Buffer.alloc(0)
  if (!isText(body))
    throw new UnreadableRequest('unreadable_body', `the body of the event is no text but ${typeof body}`)
  if (isBase64Encoded !== true) return Buffer.from(body)
  const bytes = fromBase64(body)
  if (bytes === undefined)
    throw new UnreadableRequest('unreadable_body', 'the body is said to be in base64 (isBase64Encoded) and is not')
  return bytes
}
