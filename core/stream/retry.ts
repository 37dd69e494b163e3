import { CoreError, type ErrorCode } from '../errors.ts'
import type { DeadLetterCode, DeadReason } from './dead-reason.ts'

export type RetryPolicy = {
  /** Deliveries after which a record that failed is given up. */
  readonly maxAttempts: number
  readonly firstDelayMs: number
  readonly longestDelayMs: number
}

/** Five attempts within about a minute; a queue's own limit of 15 minutes for a delay is never reached. */
export const defaultRetryPolicy: RetryPolicy = { maxAttempts: 5, firstDelayMs: 1_000, longestDelayMs: 60_000 }

/** Doubles with each attempt, and is spread between half and the whole of that, so that what failed together does not come back together. */
export function delayAfter(attempts: number, policy: RetryPolicy, random: () => number): number {
  const whole = Math.min(policy.longestDelayMs, policy.firstDelayMs * 2 ** (attempts - 1))
  return Math.round(whole * (0.5 + random() / 2))
}

const PERMANENT: Partial<Record<ErrorCode, DeadLetterCode>> = {
  unknown_model: 'unknown_model',
  unknown_version: 'unknown_version',
  no_default_model: 'no_default_model',
}

/** Why a record with this error can never be scored; undefined where a later attempt may succeed. */
export function permanentReason(error: unknown): DeadReason | undefined {
  const code = error instanceof CoreError ? PERMANENT[error.code] : undefined
  return code && { code, reason: (error as CoreError).message, issues: [] }
}

export function exhaustedReason(attempts: number, error: unknown): DeadReason {
  const last = error instanceof Error ? error.message : String(error)
  return {
    code: 'attempts_exhausted',
    reason: `given up after ${attempts} attempts; the last one: ${last}`,
    issues: [],
  }
}
