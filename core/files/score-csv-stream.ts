import { InvalidDataError } from '../errors.ts'
import { arrivingRecords } from './arriving-records.ts'
import { addedColumns } from './block.ts'
import { quoteCell } from './csv-cell.ts'
import { createCsvScorer } from './csv-scorer.ts'
import { openRecords, recordEndOf } from './plan.ts'
import type { ScorerDependencies } from './scorer-dependencies.ts'

export type ScoredPiece = { readonly output: Uint8Array; readonly rows: number; readonly failed: number }

const BLOCK_BYTES = 1 << 15
const MAX_ROW_BYTES = 1 << 20
const MAX_HEADER_BYTES = 1 << 16
/** A row of too few cells is written with as many as the header has: what two bytes can become has to have an end. */
const MAX_COLUMNS = 1000

/**
 * Scores a CSV while it arrives: its header, then its rows in order, each with the columns that a scored file gains. Rejects with
 * `invalid_data` where the header is not one for the model. What cannot be read any further ends with a row that says so in `error`.
 */
export async function scoreCsvStream(
  source: string,
  chunks: AsyncIterable<Uint8Array>,
  dependencies: ScorerDependencies,
): Promise<AsyncGenerator<ScoredPiece>> {
  const { manifest, text } = dependencies
  const { plan, header, headLines, records } = await openRecords(
    source,
    chunks,
    'csv',
    manifest.features,
    { maxHeaderBytes: MAX_HEADER_BYTES },
    text,
  )
  if (plan.kind !== 'csv') throw new TypeError('a CSV has a plan of its own')
  const { delimiter, features } = plan
  if (features.length > MAX_COLUMNS)
    throw new InvalidDataError({ source, line: 1 }, `${features.length} columns; a body may have ${MAX_COLUMNS}`)
  const score = createCsvScorer(plan, dependencies)

  const lastRow = (message: string): ScoredPiece => {
    const empty = String.fromCharCode(delimiter).repeat(features.length + addedColumns().length - 1)
    return { output: text.encode(`${empty}${quoteCell(message, delimiter)}\n`), rows: 1, failed: 1 }
  }

  return pieces()

  async function* pieces(): AsyncGenerator<ScoredPiece> {
    yield { output: header, rows: 0, failed: 0 }
    let lines = headLines
    const blocks = arrivingRecords(records, {
      source,
      lastRecordEnd: recordEndOf(plan),
      blockBytes: BLOCK_BYTES,
      maxRecordBytes: MAX_ROW_BYTES,
    })
    try {
      for await (const block of blocks) {
        const { output, rows, failed, fatal, ...scored } = await score(block)
        yield { output, rows, failed }
        if (fatal !== undefined) yield lastRow(`line ${lines + fatal.line + 1}: ${fatal.message}`)
        lines += scored.lines
      }
    } catch (error) {
      if (!(error instanceof InvalidDataError)) throw error
      yield lastRow(`${error.message}; nothing is scored from line ${lines + 1} on`)
    }
  }
}
