import type { Problem } from './problem.ts'
import { type PlainResponse, toPlainResponse, toResponse } from './respond.ts'

/** An error as the clients of a path read it: the Open Inference Protocol's and MLflow's have forms of their own, everybody else gets a problem document. */
export function toErrorResponse(path: string, problem: Problem, requestId: string): PlainResponse {
  const { status, headers, document } = problem
  const write = (body: object): PlainResponse => ({
    status,
    headers: {
      // exactly this: clients of the protocol read errors from nothing else
      'content-type': 'application/json',
      'x-content-type-options': 'nosniff',
      'x-request-id': requestId,
      ...headers,
    },
    body: JSON.stringify(body),
  })
  if (path === '/v2' || path.startsWith('/v2/')) return write({ error: document.detail })
  if (path === '/invocations' || path === '/invocations/')
    return write({
      error_code: status === 400 ? 'BAD_REQUEST' : String(document.code).toUpperCase(),
      message: document.detail,
    })
  return toPlainResponse(problem, requestId)
}

export function respondError(path: string, problem: Problem, requestId: string): Response {
  return toResponse(toErrorResponse(path, problem, requestId))
}
