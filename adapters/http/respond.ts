import type { Problem } from './problem.ts'

// plain objects and strings: @hono/node-server then writes the answer without building a Headers or a stream

export function respondJson(text: string, requestId: string, status = 200): Response {
  return toResponse(toPlainJson(text, requestId, status))
}

export function respondText(...given: Parameters<typeof toPlainText>): Response {
  return toResponse(toPlainText(...given))
}

export function respondProblem(problem: Problem, requestId: string): Response {
  return toResponse(toPlainResponse(problem, requestId))
}

export function toResponse({ status, headers, body }: PlainResponse): Response {
  return new Response(body, { status, headers })
}

/** An answer as a host writes it without a Response. */
export type PlainResponse = {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: string | Uint8Array<ArrayBuffer>
}

export function toPlainJson(body: string, requestId: string, status = 200): PlainResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-content-type-options': 'nosniff', 'x-request-id': requestId },
    body,
  }
}

export function toPlainText(
  body: string,
  requestId: string,
  contentType = 'text/plain; charset=utf-8',
  headers: Readonly<Record<string, string>> = {},
): PlainResponse {
  return {
    status: 200,
    headers: {
      'content-type': contentType,
      'x-content-type-options': 'nosniff',
      'x-request-id': requestId,
      ...headers,
    },
    body,
  }
}

export function toPlainResponse({ status, headers, document }: Problem, requestId: string): PlainResponse {
  return {
    status,
    headers: {
      'content-type': 'application/problem+json',
      'x-content-type-options': 'nosniff',
      'x-request-id': requestId,
      ...headers,
    },
    body: JSON.stringify(document),
  }
}
