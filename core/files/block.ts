import type { IssueCode } from '../issue.ts'

/** What is wrong with one cell of one row, as the errors file says it. */
export type RowError = {
  /** Counted from 1 in the file; within a scored block from 0. */
  readonly line: number
  /** The row's own name, where the job knows its column. */
  readonly id: string
  /** Empty where it is about the whole row. */
  readonly column: string
  readonly code: IssueCode | FormatCode
  readonly message: string
  readonly value: string
}

/** What is wrong with a row before its values are looked at. */
export type FormatCode = 'wrong_cell_count' | 'wrong_quote' | 'invalid_utf8' | 'not_json' | 'duplicate_key'

/** A stretch of whole records, scored. */
export type ScoredBlock = {
  /** The records with their scores, in order, in the format they came in. */
  readonly output: Uint8Array
  readonly rows: number
  /** Line breaks of the block. */
  readonly lines: number
  /** Rows without a score. */
  readonly failed: number
  readonly errors: readonly RowError[]
  /** Of the probabilities, or of the values of a regression; 0 for several classes. */
  readonly sum: number
  /** Rows on the positive side of the threshold. */
  readonly positives: number
  /** What ends the job: from `line` on nothing can be read. */
  readonly fatal?: { readonly line: number; readonly message: string }
  /** Gives the memory of the output back when it is written, and not when the collector next comes by. */
  release?(): void
}

/** Scores whole records. May be called again before it has answered. */
export type ScoreBlock = (block: Uint8Array) => Promise<ScoredBlock>

/** The columns that a score adds to a row, in order; with `explain` those of so many contributions. */
export function addedColumns(explain = 0): readonly string[] {
  return ['probability', 'prediction', ...explanationColumns(explain), 'model_version', 'error']
}

/** What is not named among the contributions is in `explain_rest`, so that the columns of a row add up to its score. */
function explanationColumns(explain: number): string[] {
  if (explain === 0) return []
  return ['explain_base', ...Array.from({ length: explain }, (_, index) => `explain_${index + 1}`), 'explain_rest']
}

/** Why a row that reads well may yet have no score. */
export const NOT_FINITE = 'the numbers of this row are so large that the model gives no finite answer'
