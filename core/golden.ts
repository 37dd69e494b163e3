import { outputsOf } from './decision.ts'
import { CoreError } from './errors.ts'
import type { Predict } from './predict.ts'

/** Rows with the outputs the trainer gave them: what a bundle must answer wherever it is loaded. */
export type Golden = {
  /** Allowed difference, relative to max(1, |expected|). */
  readonly tolerance: number
  readonly rows: readonly GoldenRow[]
}

export type GoldenRow = {
  /** A raw row, as a caller would send it. */
  readonly row: Readonly<Record<string, unknown>>
  /** The deciding output of this row: one probability (binary), one per class (multiclass), or the value (regression). */
  readonly output: readonly number[]
}

/** Reads an unchecked document as golden rows, or throws an `invalid_manifest` error. */
export function parseGolden(document: unknown): Golden {
  const golden = document as Partial<Golden> | null
  const good =
    typeof golden === 'object' &&
    golden !== null &&
    typeof golden.tolerance === 'number' &&
    Array.isArray(golden.rows) &&
    golden.rows.every(isGoldenRow)
  if (!good)
    throw new CoreError(
      'invalid_manifest',
      'golden.json must be {"tolerance": number, "rows": [{"row": {…}, "output": [number, …]}, …]}',
    )
  return golden as Golden
}

function isGoldenRow(row: unknown): boolean {
  const { row: raw, output } = (row ?? {}) as Partial<GoldenRow>
  return (
    typeof raw === 'object' && raw !== null && Array.isArray(output) && output.every(value => typeof value === 'number')
  )
}

/** Scores the golden rows and throws `golden_mismatch` at the first answer that is not the trainer's. */
export async function checkGolden(golden: Golden, predict: Predict): Promise<void> {
  const outcomes = await predict(golden.rows.map(({ row }) => row))
  const difference = goldenDifference(golden, index => {
    const outcome = outcomes[index]
    return outcome?.ok ? outputsOf(outcome.decision) : `the row is refused: ${outcome?.issues[0]?.message}`
  })
  if (difference !== undefined) throw new CoreError('golden_mismatch', difference)
}

/** The first golden row whose outputs are not the trainer's, in words; `answered` gives a row's outputs, or why it has none. */
export function goldenDifference(
  { rows, tolerance }: Golden,
  answered: (index: number) => readonly number[] | string,
): string | undefined {
  for (const [index, { output }] of rows.entries()) {
    const given = answered(index)
    if (typeof given === 'string') return `golden row ${index + 1}: ${given}`
    const agrees =
      given.length === output.length &&
      output.every(
        (value, at) => Math.abs(value - (given[at] ?? Number.NaN)) <= tolerance * Math.max(1, Math.abs(value)),
      )
    if (!agrees) return `golden row ${index + 1}: expected ${output.join(', ')}, got ${given.join(', ')}`
  }
  return undefined
}
