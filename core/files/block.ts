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
export type FormatCode = 'wrong_cell_count' | 'wrong_quote' | 'invalid_utf8' | 'not_json'

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
}

/** Scores whole records. May be called again before it has answered. */
export type ScoreBlock = (block: Uint8Array) => Promise<ScoredBlock>

/** The columns that a score adds to a row, in order. */
export const ADDED_COLUMNS = ['probability', 'prediction', 'model_version', 'error'] as const
