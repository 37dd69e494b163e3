/** Every error the core means to raise: a stable code, a sentence that names the offending value, and the cause. Never a status of some protocol. */
export class CoreError extends Error {
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
    this.code = code
  }
}

export type ErrorCode =
  | 'invalid_feature_table'
  | 'invalid_manifest'
  | 'invalid_row'
  | 'invalid_tensor'
  | 'no_default_model'
  | 'unknown_model'
  | 'unknown_version'
  | 'model_unavailable'
  | 'no_feature_table'
  | 'golden_mismatch'
  | 'no_explanation'
  | 'overloaded'
  | 'deadline_exceeded'
  | 'cancelled'
  | 'invalid_data'
  | 'invalid_gate'
  | 'not_converged'
  | 'invalid_policy'
  | 'invalid_prices'
  | 'unknown_instance_type'
  | 'impossible_target'

export class InvalidFeatureTableError extends CoreError {
  constructor(problems: readonly string[]) {
    super('invalid_feature_table', problems.join('; '))
  }
}

/** Work refused for want of capacity, and when to try again. It has no stack: under overload refusals must be cheap, and taking one costs 10 µs, a third of an answer. */
export class OverloadedError extends CoreError {
  readonly retryAfterMs: number

  constructor(message: string, retryAfterMs: number) {
    const host = Error as { stackTraceLimit?: number }
    const { stackTraceLimit } = host
    host.stackTraceLimit = 0
    super('overloaded', message)
    if (stackTraceLimit !== undefined) host.stackTraceLimit = stackTraceLimit
    this.retryAfterMs = Math.max(0, retryAfterMs)
  }
}

/** Data that cannot be trained on or evaluated, and where: file, line (1 is the header), column by name or by number. */
export class InvalidDataError extends CoreError {
  constructor(
    at: { readonly source: string; readonly line?: number; readonly column?: string | number },
    message: string,
  ) {
    const line = at.line === undefined ? '' : `, line ${at.line}`
    const column =
      at.column === undefined ? '' : `, column ${typeof at.column === 'string' ? `"${at.column}"` : at.column}`
    super('invalid_data', `${at.source}${line}${column}: ${message}`)
  }
}
