import { CoreError, type ErrorCode, type Issue, OverloadedError, summarise } from '@scaling-mlops/core'
import { HttpError, type HttpErrorCode } from './http-error.ts'

/** The one table from error codes to HTTP: status and title. A code that no request can cause is not in it, and is a fault of ours. */
const PROBLEMS = {
  invalid_row: [400, 'invalid data'],
  invalid_tensor: [400, 'invalid tensor'],
  bad_request: [400, 'bad request'],
  malformed_json: [400, 'malformed JSON'],
  duplicate_key: [400, 'duplicate key'],
  unreadable_body: [400, 'unreadable body'],
  no_feature_table: [400, 'no feature table'],
  no_default_model: [400, 'no default model'],
  invalid_data: [400, 'invalid data'],
  unauthorized: [401, 'unauthorized'],
  forbidden: [403, 'forbidden'],
  not_found: [404, 'not found'],
  no_document: [404, 'no document'],
  unknown_record: [404, 'unknown record'],
  unknown_job: [404, 'unknown job'],
  not_finished: [409, 'not finished'],
  range_not_satisfiable: [416, 'range not satisfiable'],
  unknown_model: [404, 'unknown model'],
  unknown_version: [404, 'unknown version'],
  method_not_allowed: [405, 'method not allowed'],
  body_too_large: [413, 'body too large'],
  unsupported_media_type: [415, 'unsupported media type'],
  unsupported_encoding: [415, 'unsupported encoding'],
  overloaded: [429, 'overloaded'],
  deadline_exceeded: [503, 'deadline exceeded'],
  cancelled: [499, 'cancelled'],
  model_unavailable: [503, 'model unavailable'],
  golden_mismatch: [503, 'model unavailable'],
  invalid_manifest: [503, 'model unavailable'],
  invalid_feature_table: [503, 'model unavailable'],
  answer_too_large: [413, 'answer too large'],
  not_supported: [501, 'not supported'],
  no_explanation: [501, 'no explanation'],
  not_configured: [501, 'not configured'],
  try_again: [503, 'try again'],
  internal: [500, 'internal error'],
} as const satisfies Partial<Record<ErrorCode | HttpErrorCode | 'internal', readonly [status: number, title: string]>>

export type ProblemCode = keyof typeof PROBLEMS

export function statusOf(code: ProblemCode): number {
  return PROBLEMS[code][0]
}

/** What an error says to a client: a problem document as of RFC 9457, with `error` as the plain text older clients read. */
export type Problem = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly document: Readonly<Record<string, unknown>>
}

export function toProblem(error: unknown, requestId: string): Problem {
  const known = error instanceof CoreError || error instanceof HttpError ? error.code : 'internal'
  const code = known in PROBLEMS ? (known as keyof typeof PROBLEMS) : 'internal'
  const [status, title] = PROBLEMS[code]
  const detail = describe(error, title)
  return {
    status,
    headers: headersOf(error),
    document: document(code, status, title, detail, requestId),
  }
}

function headersOf(error: unknown): Readonly<Record<string, string>> {
  if (error instanceof OverloadedError)
    return { 'retry-after': String(Math.max(1, Math.ceil(error.retryAfterMs / 1000))) }
  return error instanceof HttpError ? error.headers : {}
}

/** The problem of a row with issues: all of them, titled "missing data" where a field is missing. */
export function toRowProblem(issues: readonly Issue[], requestId: string): Problem {
  const [status, invalid] = PROBLEMS.invalid_row
  const title = issues.some(({ code }) => code === 'missing') ? 'missing data' : invalid
  return {
    status,
    headers: {},
    document: { ...document('invalid_row', status, title, summarise(issues), requestId), errors: issues },
  }
}

function document(
  code: string,
  status: number,
  title: string,
  detail: string,
  requestId: string,
): Readonly<Record<string, unknown>> {
  return {
    type: `urn:scaling-mlops:problem:${code}`,
    title,
    status,
    code,
    detail,
    error: `${title}: ${detail}`,
    requestId,
  }
}

/** Faults of ours and of models are answered in general words; the log has the whole story. */
function describe(error: unknown, title: string): string {
  if (title === 'internal error') return 'the server failed at this request; its log knows more under the request id'
  if (title === 'model unavailable') return 'the model cannot answer now; the log of the server says why'
  return (error as Error).message
}
