import type { App } from './http-handler.ts'
import { type Invocation, inTime } from './invocation.ts'
import { InvocationError } from './invocation-error.ts'
import { type Fields, isFields, isText } from './source.ts'

/**
 * Answers a payload as `/predict` answers a body: a row with an object, a list with a list; `{model, version, row}` or `{model, version,
 * rows}` names a model. Faults of the caller are answered with the problem document. Rejects, so that the caller may retry, where a later
 * attempt may succeed.
 */
export type DirectHandler = (payload: unknown, invocation: Invocation) => Promise<unknown>

export function createDirectHandler(app: App): DirectHandler {
  return async (payload, invocation) => {
    const { path, body } = toTarget(payload)
    const text = JSON.stringify(body)
    const request = new Request(`http://localhost${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(text)),
        'x-request-id': invocation.requestId,
        'x-request-timeout-ms': String(Math.max(1, Math.floor(invocation.remaining()))),
      },
      body: text,
    })
    const answered = await inTime(
      app(request).then(async response => ({ status: response.status, document: await response.json() })),
      invocation,
    )
    if (answered === undefined)
      throw new InvocationError('deadline_exceeded', 'the time of the invocation is over before the answer')
    const { status, document } = answered
    if (status === 429 || status >= 500) {
      const { code, error } = document as { code: string; error: string }
      throw new InvocationError(code, error)
    }
    return document
  }
}

/** The route a payload is for, and what is sent there. */
function toTarget(payload: unknown): { readonly path: string; readonly body: unknown } {
  const envelope = isFields(payload) ? openEnvelope(payload) : undefined
  if (envelope === undefined) return { path: '/predict', body: payload }
  const { model, version, body } = envelope
  const ofVersion = version === undefined ? '' : `/versions/${encodeURIComponent(version)}`
  return { path: model === undefined ? '/predict' : `/models/${encodeURIComponent(model)}${ofVersion}/predict`, body }
}

type Envelope = { readonly model: string | undefined; readonly version: string | undefined; readonly body: unknown }

/** `{model?, version?, row}` or `{model?, version?, rows}`, and nothing else; undefined for a bare row. */
export function openEnvelope({ model, version, row, rows, ...rest }: Fields): Envelope | undefined {
  const body = Array.isArray(rows) && row === undefined ? rows : isFields(row) && rows === undefined ? row : undefined
  if (body === undefined || Object.keys(rest).length > 0) return undefined
  return {
    model: isText(model) ? model : undefined,
    version: isText(version) || typeof version === 'number' ? String(version) : undefined,
    body,
  }
}
