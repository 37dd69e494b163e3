import type { ProblemCode } from '../problem.ts'
import type { Json } from './schemas.ts'

/** What is said of a route; its path parameters are read from the path. */
export type RouteDescription = {
  readonly summary: string
  readonly tag: string
  /** Wants an operator's key. */
  readonly operator?: boolean
  readonly parameters?: readonly Json[]
  /** Schemas of the body by content type. */
  readonly body?: Content
  /** Schemas of what is answered, by status and content type; an empty object is an answer without a body. */
  readonly answers: Readonly<Record<number, Content>>
  readonly problems?: readonly ProblemCode[]
  /** The form that problems have here, where it is not a problem document. */
  readonly problemForm?: Content
}

export type Content = Readonly<Record<string, Json>>

export const OBJECT: Json = { type: 'object' }
export const TEXT: Json = { type: 'string' }
export const json = (schema: Json = OBJECT): Content => ({ 'application/json': schema })
export const PLAIN: Content = { 'text/plain': TEXT }
export const LINES = 'application/x-ndjson'

export const NAMED: readonly ProblemCode[] = ['unknown_model', 'unknown_version', 'model_unavailable']
/** Whatever brings a body may bring a bad one, or come when there is too much to do. */
export const READ: readonly ProblemCode[] = [
  'bad_request',
  'malformed_json',
  'unreadable_body',
  'body_too_large',
  'unsupported_encoding',
  'overloaded',
]
export const ROWS: readonly ProblemCode[] = [
  ...READ,
  'invalid_row',
  'no_feature_table',
  'duplicate_key',
  'deadline_exceeded',
]

export const query = (name: string, description: string, schema: Json = TEXT): Json => ({
  name,
  in: 'query',
  description,
  schema,
})
export const header = (name: string, description: string, schema: Json = TEXT): Json => ({
  name,
  in: 'header',
  description,
  schema,
})
export const TIMEOUT = header('X-Request-Timeout-Ms', 'How long the answer is waited for, in milliseconds.', {
  type: 'number',
  exclusiveMinimum: 0,
})
