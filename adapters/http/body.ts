import type { Caller } from './exchange.ts'
import { HttpError } from './http-error.ts'

/** Reads a body of at most `limit` bytes, counted after decompression, as text. A larger one is refused without reading its rest. */
export async function readText(request: Request, caller: Caller, limit: number): Promise<string> {
  if (isPlain(caller, limit)) return request.text().catch(unreadable)
  const declared = Number(caller.header('content-length'))
  if (declared > limit) throw tooLarge(limit, `${declared}`)
  return readCounted(openBody(request, caller), limit)
}

/** Whether a body declares that it fits, which the server's own parser holds it to, and comes as it is: it needs no counting. */
export function isPlain(caller: Caller, limit: number): boolean {
  return Number(caller.header('content-length') ?? Number.NaN) <= limit && encodingOf(caller) === 'identity'
}

const FORMATS: Readonly<Record<string, 'gzip' | 'deflate'>> = { gzip: 'gzip', 'x-gzip': 'gzip', deflate: 'deflate' }

/** The body as it was before its Content-Encoding, as a stream. */
export function openBody(request: Request, caller: Caller): ReadableStream<Uint8Array> {
  const body = request.body ?? new Blob([]).stream()
  const encoding = encodingOf(caller)
  if (encoding === 'identity') return body
  const format = FORMATS[encoding]
  if (format === undefined)
    throw new HttpError(
      'unsupported_encoding',
      `Content-Encoding "${encoding.slice(0, 60)}" is not supported; send gzip, deflate or none`,
      { headers: { 'accept-encoding': 'gzip, deflate' } },
    )
  return body.pipeThrough(new DecompressionStream(format) as ReadableWritablePair<Uint8Array, Uint8Array>)
}

function encodingOf(caller: Caller): string {
  return caller.header('content-encoding')?.trim().toLowerCase() ?? 'identity'
}

async function readCounted(stream: ReadableStream<Uint8Array>, limit: number): Promise<string> {
  const decoder = new TextDecoder()
  const reader = stream.getReader()
  let text = ''
  let bytes = 0
  for (;;) {
    const { done, value } = await reader.read().catch(unreadable)
    if (done) return text + decoder.decode()
    bytes += value.byteLength
    if (bytes > limit) {
      reader.cancel().catch(() => {})
      throw tooLarge(limit, 'more')
    }
    text += decoder.decode(value, { stream: true })
  }
}

export function tooLarge(limit: number, size: string): HttpError {
  // without `connection: close`, at which Node would close at once and the sender might never see this: what still comes is
  // thrown away for half a second, then the connection is closed
  return new HttpError('body_too_large', `the body may have ${limit} bytes after decompression; this one has ${size}`)
}

export function unreadable(cause: unknown): never {
  throw toUnreadable(cause)
}

export function toUnreadable(cause: unknown): HttpError {
  return new HttpError(
    'unreadable_body',
    `the body cannot be read to its end: ${(cause as Error)?.message ?? 'it breaks off'}`,
    { cause },
  )
}
