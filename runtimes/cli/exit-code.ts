import { CoreError, type ErrorCode } from '@scaling-mlops/core'

/** What the command line's exit codes say (130 and 143 are the shell's, for interrupted and terminated). */
export const EXIT = {
  done: 0,
  bug: 1,
  usage: 2,
  configuration: 3,
  data: 4,
  model: 5,
  gate: 6,
  partial: 7,
  unreachable: 8,
} as const

const BY_CODE: Readonly<Record<ErrorCode, number>> = {
  invalid_feature_table: EXIT.configuration,
  invalid_manifest: EXIT.model,
  invalid_row: EXIT.data,
  invalid_data: EXIT.data,
  invalid_gate: EXIT.usage,
  not_converged: EXIT.data,
  no_default_model: EXIT.model,
  unknown_model: EXIT.model,
  unknown_version: EXIT.model,
  model_unavailable: EXIT.model,
  golden_mismatch: EXIT.model,
}

export function exitCodeOf(error: unknown): number {
  return error instanceof CoreError ? BY_CODE[error.code] : EXIT.bug
}
