import { InvalidDataError } from '../errors.ts'
import type { Sample } from '../evaluation/sample.ts'
import type { Feature, FeatureTable } from '../feature-table.ts'
import type { Issue } from '../issue.ts'
import { compileSlot, type SlotReader } from '../slot.ts'

/** Values of one feature over all rows as `Row` has them: numbers as they are, a category's index (−1: unknown) in as few bytes as it takes. */
export type SlotColumn = Float64Array | Int8Array | Int16Array

/** A whole table in memory, by column: 8 bytes a number, 1 or 2 a category. */
export type Dataset = {
  /** What messages call it: a file's name. */
  readonly source: string
  readonly rowCount: number
  readonly table: FeatureTable
  /** In table order. */
  readonly columns: readonly SlotColumn[]
  readonly target: Feature
  /** The class's index in `target.values`, or the number to predict. */
  readonly targets: SlotColumn
  /** One bit a row for the cells that were blank and are filled, by feature; undefined where blanks are refused. */
  readonly blanks: readonly (Uint8Array | undefined)[]
}

type Reader = {
  readonly index: number
  readonly title: string
  readonly slot: SlotReader
  readonly column: SlotColumn
  readonly blanks: Uint8Array | undefined
  readonly known: Map<string, number> | undefined
}

/**
 * Collects records of a table whose survey is done. Every cell goes through the slot readers that serving uses;
 * a cell they refuse throws `invalid_data` with its line and column.
 */
export function createDatasetBuilder(options: {
  readonly source: string
  readonly header: readonly string[]
  readonly names: readonly string[]
  readonly table: FeatureTable
  readonly target: Feature
  readonly rowCount: number
}): { add(record: readonly string[], line: number): void; finish(): Dataset } {
  const { source, header, names, table, target, rowCount } = options
  const readers = [...table, target].map((feature): Reader => {
    const index = names.indexOf(feature.name)
    const blanks = feature.missing === undefined ? undefined : new Uint8Array(Math.ceil(rowCount / 8))
    const known = feature.kind === 'category' ? new Map<string, number>() : undefined
    return {
      index,
      title: header[index] as string,
      slot: compileSlot(feature),
      column: columnFor(feature, rowCount),
      blanks,
      known,
    }
  })
  let row = 0

  return {
    add(record, line) {
      for (const { index, title, slot, column, blanks, known } of readers) {
        const text = record[index] as string
        let value = known?.get(text)
        if (value === undefined) {
          const read = slot.read(text)
          if (typeof read !== 'number') throw badCell(read, { source, line, column: title }, slot.name === target.name)
          value = read
          if (known && known.size < 10_000) known.set(text, value)
        }
        column[row] = value
        if (blanks && text.trim() === '') blanks[row >> 3] = (blanks[row >> 3] as number) | (1 << (row & 7))
      }
      row++
    },
    finish: () => {
      const columns = readers.map(({ column }) => column)
      const blanks = readers.slice(0, -1).map(({ blanks }) => blanks)
      return { source, rowCount, table, target, targets: columns.pop() as SlotColumn, columns, blanks }
    },
  }
}

/** Copies one row of a dataset into `into`, as `Row` has it. */
export function readRow(dataset: Dataset, row: number, into: number[]): void {
  const { columns } = dataset
  for (let feature = 0; feature < columns.length; feature++) into[feature] = columns[feature]?.[row] as number
}

/** The targets of some rows, in their order. */
export function targetsOf(dataset: Dataset, rows: Uint32Array): SlotColumn {
  return pick(dataset.targets, rows)
}

/** Some rows as evaluation takes them: columns, targets, and how many cells of each feature were blank. */
export function toSample(dataset: Dataset, rows: Uint32Array): Sample & { readonly missing: readonly number[] } {
  return {
    columns: dataset.columns.map(column => pick(column, rows)),
    targets: targetsOf(dataset, rows),
    missing: dataset.blanks.map(bits => (bits === undefined ? 0 : countBits(bits, rows))),
  }
}

function pick(column: SlotColumn, rows: Uint32Array): SlotColumn {
  const picked = new (column.constructor as new (length: number) => SlotColumn)(rows.length)
  for (let index = 0; index < rows.length; index++) picked[index] = column[rows[index] as number] as number
  return picked
}

function countBits(bits: Uint8Array, rows: Uint32Array): number {
  let count = 0
  for (const row of rows) count += ((bits[row >> 3] as number) >> (row & 7)) & 1
  return count
}

function columnFor(feature: Feature, rowCount: number): SlotColumn {
  if (feature.kind === 'number') return new Float64Array(rowCount)
  return feature.values.length < 128 ? new Int8Array(rowCount) : new Int16Array(rowCount)
}

function badCell(
  issue: Issue,
  at: { source: string; line: number; column: string },
  isTarget: boolean,
): InvalidDataError {
  const cure = isTarget
    ? 'correct the cell, or leave the row out: a row without a good target teaches nothing'
    : 'correct the cell, leave the row out, or declare the column in the features file (kind, minimum, maximum, missing, unknown)'
  return new InvalidDataError(at, `${issue.message}; ${cure}`)
}
