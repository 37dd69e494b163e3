import { systemClock } from '@scaling-mlops/adapters/memory'
import type { ReleaseResult, ShiftResult } from '@scaling-mlops/core/delivery'
import { EXIT, ExplainedError } from '../exit.ts'
import { countRows, type GoldenRows } from './golden-rows.ts'
import type { Output, OutputFlags } from './output.ts'

type Delivery = {
  readonly result: ReleaseResult | ShiftResult
  /** What is true now where the version serves. */
  readonly text: string
  /** What the JSON document says beside the result. */
  readonly document: object
  readonly goldenRows: readonly GoldenRows[]
  /** The clock's monotonic moment of the beginning. */
  readonly began: number
}

/** Says how a delivery ended; throws where the version does not serve. */
export function reportDelivery(output: Output, flags: OutputFlags, delivery: Delivery): void {
  const { result, text, document, began } = delivery
  const goldenRows = countRows(delivery.goldenRows)
  const seconds = Math.round((systemClock.monotonic() - began) / 1000)
  const isReleased = result.outcome === 'released'
  if (isReleased || flags.json)
    output.result(`${text}: ${goldenRows} golden rows right, ${seconds} s`, {
      schemaVersion: 1,
      ...document,
      ...result,
      goldenRows,
      seconds,
    })
  if (!isReleased) throw deliveryError(result)
}

/** What is left to say of a version that does not serve, and what the environment does now. */
function deliveryError({
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
