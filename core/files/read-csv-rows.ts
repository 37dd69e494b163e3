import { InvalidDataError } from '../errors.ts'
import type { FeatureTable } from '../feature-table.ts'
import { normalise } from '../normalise.ts'
import type { TextCodec } from '../ports/text-codec.ts'
import type { Row } from '../row.ts'
import type { RowError } from './block.ts'
import { textOfCell } from './csv-cell.ts'
import { fieldsOfRecord } from './csv-fields.ts'
import { type CsvPlan, csvHeaderEnd, delimiterOf } from './csv-plan.ts'
import { createCells, readRecord } from './csv-records.ts'
import { createCsvRowReader } from './csv-row-reader.ts'
import { matchColumns } from './match-columns.ts'

/** Rows of one stretch, in order, or what is wrong with the first bad one among them; `row` counts from 1, without header and blank lines. */
export type ReadRows = {
  readonly rows: readonly Row[]
  /** The cells of one of them as they were written, until the next stretch is read. */
  readonly fieldsOf: (index: number) => Readonly<Record<string, string>>
  readonly bad?: { readonly row: number; readonly error: RowError }
}

const STRETCH_ROWS = 1024

/**
 * Reads a whole CSV, whose `bytes` end with a line break, some rows at a time. Its first line is a header exactly when every cell is a feature's name
 * (normalised); otherwise the columns are the features in the table's order. Throws `invalid_data` where its columns are not the model's.
 */
export function* readCsvRows(
  source: string,
  bytes: Uint8Array,
  table: FeatureTable,
  text: TextCodec,
): Generator<ReadRows> {
  const validBlock = text.isValid(bytes)
  const cells = createCells()
  const { plan, start } = planRows(source, bytes, table, text)
  const readRow = createCsvRowReader(plan, table, text)
  let at = start
  let line = 1
  let row = 0
  while (at < bytes.length) {
    const rows: Row[] = []
    const starts: number[] = []
    const fieldsOf: ReadRows['fieldsOf'] = index => {
      readRecord(bytes, starts[index] as number, plan.delimiter, cells)
      return fieldsOfRecord(bytes, cells, plan, table, text)
    }
    while (rows.length < STRETCH_ROWS && at < bytes.length) {
      const begin = at
      at = readRecord(bytes, begin, plan.delimiter, cells)
      if (at < 0) throw new InvalidDataError({ source }, `a quote is opened in row ${row + 1} and never closed`)
      if (cells.count === 1 && cells.textEnd === begin) continue
      row++
      const slots = new Array<number>(table.length).fill(0.5)
      const errors: RowError[] = []
      readRow({ block: bytes, cells, start: begin, line: line++, validBlock }, slots, errors)
      const [error] = errors
      if (error !== undefined) return yield { rows, fieldsOf, bad: { row, error } }
      rows.push(slots)
      starts.push(begin)
    }
    yield { rows, fieldsOf }
  }
}

function planRows(
  source: string,
  bytes: Uint8Array,
  table: FeatureTable,
  text: TextCodec,
): { readonly plan: CsvPlan; readonly start: number } {
  const bom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  let begin = bom
  while (bytes[begin] === 0x0a || bytes[begin] === 0x0d) begin++
  const head = bytes.subarray(begin)
  const end = csvHeaderEnd(head)
  if (end === 0)
    throw new InvalidDataError(
      { source },
      head.length === 0 ? 'the body is empty' : 'the first line has a quote that is never closed',
    )
  const delimiter = delimiterOf(head.subarray(0, end))
  const cells = createCells()
  readRecord(head.subarray(0, end), 0, delimiter, cells)
  const first = Array.from({ length: cells.count }, (_, cell) => textOfCell(head, cells, cell, text))
  const names = new Set(table.map(({ name }) => name))
  if (first.every(cell => names.has(normalise(cell))))
    return {
      plan: { kind: 'csv', delimiter, explain: 0, ...matchColumns({ source, line: 1 }, first, table, {}) },
      start: begin + end,
    }
  if (first.length !== table.length)
    throw new InvalidDataError(
      { source },
      `the first line is no header, since not every cell is a feature's name, and has ${first.length} cells where the model has ${table.length} features`,
    )
  return {
    plan: { kind: 'csv', delimiter, explain: 0, features: table.map((_, index) => index), id: -1 },
    start: begin,
  }
}
