import type { Issue } from '../issue.ts'

/** Why a record cannot be scored. */
export type DeadReason = {
  readonly code: DeadLetterCode
  /** A sentence for people. */
  readonly reason: string
  /** All that is wrong with the row; empty for every code but `invalid_row`. */
  readonly issues: readonly Issue[]
}

export const DEAD_LETTER_CODES = [
  'malformed_json',
  'duplicate_key',
  'invalid_id',
  'invalid_row',
  'record_too_large',
  'unknown_model',
  'unknown_version',
  'no_default_model',
  /** It might have been scored, but failed at every attempt. */
  'attempts_exhausted',
  /** The queue itself gave up on it, without a word. */
  'receive_limit',
] as const

export type DeadLetterCode = (typeof DEAD_LETTER_CODES)[number]
