import type { ReleaseResult, ShiftResult } from '@scaling-mlops/core/delivery'
import { EXIT, ExplainedError } from '../exit.ts'

/** What is left to say of a version that does not serve, and what the environment does now. */
export function deliveryError({
  outcome,
  version,
  previous,
  failure,
  rollbackFailure,
}: ReleaseResult | ShiftResult): ExplainedError {
  const lines = [`error[E_GATE]: ${version}: ${failure?.message ?? 'it does not serve'}`]
  if (outcome === 'refused') lines.push('nothing was changed')
  if (outcome === 'withheld') lines.push(`${previous} serves; the version never got a call`)
  if (outcome === 'rolled_back') lines.push(`${previous} serves again`)
  if (outcome === 'failed')
    lines.push(
      version === previous
        ? 'there is no version before it to go back to'
        : `it was left there; --rollback goes back to ${previous}`,
    )
  if (outcome === 'stuck')
    lines.push(
      `error[E_ROLLBACK]: ${previous} could not be brought back, somebody must look: ${rollbackFailure?.message}`,
    )
  const isUnreachable = (rollbackFailure ?? failure)?.kind === 'unreachable'
  return new ExplainedError({ lines, exitCode: isUnreachable ? EXIT.unreachable : EXIT.gate })
}
