import { CoreError } from './errors.ts'

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
