import { Metadata, type StatusObject, status } from '@grpc/grpc-js'
import { CoreError, type ErrorCode, OverloadedError } from '@scaling-mlops/core'

/** The one table from error codes to gRPC's status. A code that no call can cause is not in it, and is a fault of ours. */
const STATUSES: Partial<Record<ErrorCode | 'unauthorized' | 'forbidden', status>> = {
  invalid_row: status.INVALID_ARGUMENT,
  invalid_tensor: status.INVALID_ARGUMENT,
  unknown_model: status.NOT_FOUND,
  unknown_version: status.NOT_FOUND,
  unauthorized: status.UNAUTHENTICATED,
  forbidden: status.PERMISSION_DENIED,
  overloaded: status.RESOURCE_EXHAUSTED,
  deadline_exceeded: status.DEADLINE_EXCEEDED,
  cancelled: status.CANCELLED,
  model_unavailable: status.UNAVAILABLE,
  golden_mismatch: status.UNAVAILABLE,
  invalid_manifest: status.UNAVAILABLE,
  invalid_feature_table: status.UNAVAILABLE,
}
const BY_CODE: ReadonlyMap<unknown, status> = new Map(Object.entries(STATUSES))

/** A call that failed, and what its caller is told of it word by word. */
export class CallError extends Error {
  readonly status: status

  constructor(code: status, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'CallError'
    this.status = code
  }
}

export function statusOf(error: unknown): status {
  if (error instanceof CallError) return error.status
  return BY_CODE.get((error as { readonly code?: unknown } | undefined)?.code) ?? status.INTERNAL
}

/** What the caller of a call that failed is told: faults of ours and of models in general words, since the log has the whole story. */
export function toStatus(error: unknown): Partial<StatusObject> & { readonly code: status } {
  const code = statusOf(error)
  if (code === status.INTERNAL) return { code, details: 'the server failed at this call; its log knows more' }
  if (code === status.UNAVAILABLE && error instanceof CoreError)
    return { code, details: 'the model cannot answer now; the log of the server says why' }
  // half a character, where a name was cut, has no form on the wire
  const told = { code, details: (error as Error).message.toWellFormed() }
  if (!(error instanceof OverloadedError)) return told
  const metadata = new Metadata()
  metadata.set('grpc-retry-pushback-ms', String(Math.ceil(error.retryAfterMs)))
  return { ...told, metadata }
}
