import { type Problem, toProblem } from '../problem.ts'
import type { PlainResponse } from '../respond.ts'

/** An error in the protocol's own form: a text, and exactly `application/json`, since clients read it from nothing else. */
export function respondV2Error(error: unknown, requestId: string): Response {
  const { status, headers, body } = toPlainV2Error(toProblem(error, requestId), requestId)
  return new Response(body, { status, headers })
}

export function toPlainV2Error({ status, headers, document }: Problem, requestId: string): PlainResponse {
  return {
    status,
    headers: {
      'content-type': 'application/json',
      'x-content-type-options': 'nosniff',
      'x-request-id': requestId,
      ...headers,
    },
    body: JSON.stringify({ error: document.detail }),
  }
}
