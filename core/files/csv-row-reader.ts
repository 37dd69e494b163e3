import type { FeatureTable } from '../feature-table.ts'
import { type Issue, shown, summarise } from '../issue.ts'
import type { TextCodec } from '../ports/text-codec.ts'
import { compileSlot } from '../slot.ts'
import type { RowError } from './block.ts'
import { createCellCache } from './cell-cache.ts'
import { textOfCell } from './csv-cell.ts'
import type { CsvPlan } from './csv-plan.ts'
import type { Cells } from './csv-records.ts'
import { numberOfCell } from './number-cell.ts'

export type CsvRow = {
  readonly block: Uint8Array
  readonly cells: Cells
  readonly start: number
  readonly line: number
  /** Whether the whole block is UTF-8, so that the row need not be looked at. */
  readonly validBlock: boolean
}

/** Reads a record into a row's slots. Answers undefined, or in one sentence what is wrong, having added it in full to the errors. */
export type ReadCsvRow = (row: CsvRow, slots: number[], errors: RowError[]) => string | undefined

/** Texts that stand for no value, wherever they are not a value of the feature itself. */
const MISSING = new Set(['NA', 'null'])

const THOUSANDS = /^\s*[+-]?\d{1,3}([.,' ]\d{3})+([.,]\d+)?\s*$/

export function createCsvRowReader({ features, id }: CsvPlan, table: FeatureTable, text: TextCodec): ReadCsvRow {
  const slots = table.map(compileSlot)
  const isNumber = table.map(({ kind }) => kind === 'number')
  const caches = table.map(createCellCache)
  const width = features.length
  const columns = features.flatMap((feature, column) => (feature < 0 ? [] : [{ feature, column }]))
  const columnAt = Int32Array.from(columns, ({ column }) => column)
  const featureAt = Int32Array.from(columns, ({ feature }) => feature)
  const absent = slots.flatMap((slot, feature) =>
    features.includes(feature) ? [] : [{ feature, value: slot.absent() as number }],
  )

  const readPatiently = (feature: number, { block, cells }: CsvRow, column: number): number | Issue => {
    const slot = slots[feature] as (typeof slots)[number]
    const cell = textOfCell(block, cells, column, text)
    const value = MISSING.has(cell) && Number.isNaN(slot.direct(cell.toLowerCase())) ? null : cell
    const read = slot.read(value)
    if (typeof read === 'number') {
      if (!isNumber[feature] && (cells.plain || cells.escaped[column] === 0))
        caches[feature]?.add(block, cells.starts[column] as number, cells.ends[column] as number, read)
      return read
    }
    return isNumber[feature] && THOUSANDS.test(cell)
      ? { ...read, message: `${read.message}; write it without thousands separators and with a decimal point` }
      : read
  }

  return (row, target, errors) => {
    const { block, cells, line } = row
    const { starts, ends } = cells
    const refuse = (found: readonly Pick<RowError, 'column' | 'code' | 'message' | 'value'>[]): string => {
      const name = id >= 0 && id < cells.count ? textOfCell(block, cells, id, text) : ''
      for (const error of found) errors.push({ line, id: name, ...error })
      return summarise(found.map(({ message }) => ({ field: '', code: 'wrong_type', message })))
    }
    const whole = (code: RowError['code'], message: string): string => {
      const value = text.decode(block.subarray(row.start, Math.min(cells.textEnd, row.start + 200)))
      return refuse([{ column: '', code, message, value }])
    }

    if (cells.count !== width)
      return whole(
        'wrong_cell_count',
        `${cells.count} cells where the header has ${width}; a cell with a delimiter or a line break must stand in quotes`,
      )
    if (!row.validBlock && !text.isValid(block.subarray(row.start, cells.textEnd)))
      return whole('invalid_utf8', 'the row is not UTF-8')
    if (!cells.plain && cells.escaped.subarray(0, width).includes(2))
      return whole('wrong_quote', 'there is text after a closing quote; double the quotes inside a quoted cell')

    let issues: { column: number; issue: Issue }[] | undefined
    for (let index = 0; index < columnAt.length; index++) {
      const column = columnAt[index] as number
      const feature = featureAt[index] as number
      const start = starts[column] as number
      const end = ends[column] as number
      const slot = isNumber[feature]
        ? (slots[feature] as (typeof slots)[number]).direct(numberOfCell(block, start, end))
        : (caches[feature] as (typeof caches)[number]).find(block, start, end)
      const read = Number.isNaN(slot) ? readPatiently(feature, row, column) : slot
      if (typeof read === 'number') target[feature] = read
      else issues = [...(issues ?? []), { column, issue: read }]
    }
    for (const { feature, value } of absent) target[feature] = value
    return (
      issues && refuse(issues.map(({ column, issue }) => toRowError(issue, textOfCell(block, cells, column, text))))
    )
  }
}

function toRowError(
  { field, code, message }: Issue,
  value: string,
): Pick<RowError, 'column' | 'code' | 'message' | 'value'> {
  return { column: field, code, message, value: value.length > 200 ? shown(value) : value }
}
