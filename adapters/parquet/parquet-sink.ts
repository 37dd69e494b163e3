import { InvalidDataError, type Sink } from '@scaling-mlops/core'
import type { SchemaElement } from 'hyparquet'
import { ByteWriter, ParquetWriter } from 'hyparquet-writer'
import type { Columns } from './json-lines.ts'
import type { ParquetSource } from './parquet-source.ts'

/** A column that is written beside those of the source. */
export type AddedColumn = {
  readonly name: string
  readonly type: 'BOOLEAN' | 'INT32' | 'DOUBLE' | 'STRING' | 'JSON'
}

/** Rows of a row group: enough to compress well, few enough to hold. */
const GROUP_ROWS = 1 << 16

/**
 * Opens a Parquet file on `target` for the rows of `source` (opened with `keepRows`) in their order, with columns added. It takes the rows
 * as JSON objects, one a line, of which it reads the added keys alone. Throws `invalid_data` where a column of the source cannot be
 * written again as it is.
 */
export function openParquetSink(target: Sink, source: ParquetSource, added: readonly AddedColumn[]): Sink {
  const bytes = new ByteWriter() as ByteWriter & { index: number }
  const writer = new ParquetWriter({ writer: bytes, schema: scoredSchema(source, added), createdBy: 'scaling-mlops' })
  let columns = emptyColumns(source)
  let values = added.map((): unknown[] => [])
  let rows = 0
  /** Rows of the first kept piece that are taken. */
  let taken = 0

  const takeRows = (count: number): void => {
    for (let left = count; left > 0; ) {
      const piece = source.kept[0] as Columns
      const until = Math.min(piece[0]?.length ?? 0, taken + left)
      piece.forEach((column, index) => {
        for (let row = taken; row < until; row++) columns[index]?.push(column[row])
      })
      left -= until - taken
      taken = until
      if (taken < (piece[0]?.length ?? 0)) continue
      source.kept.shift()
      taken = 0
    }
    rows += count
  }

  const writeGroup = async (): Promise<void> => {
    if (rows > 0) {
      const columnData = [
        ...columns.map((data, index) => ({ name: source.columnNames[index] as string, data })),
        ...values.map((data, index) => ({ name: added[index]?.name as string, data })),
      ]
      await writer.write({ columnData, rowGroupSize: rows })
    }
    columns = emptyColumns(source)
    values = added.map(() => [])
    rows = 0
    await target.write(bytes.getBytes().slice())
    bytes.index = 0
  }

  return {
    async write(chunk) {
      const lines = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).toString('utf8').split('\n')
      lines.pop()
      for (const line of lines) {
        const scored = JSON.parse(line) as Readonly<Record<string, unknown>>
        added.forEach(({ name }, index) => {
          values[index]?.push(scored[name])
        })
      }
      takeRows(lines.length)
      if (rows >= GROUP_ROWS) await writeGroup()
    },
    flush: () => target.flush(),
    async commit() {
      await writeGroup()
      await writer.finish()
      await target.write(bytes.getBytes().slice())
      await target.commit()
    },
    close: () => target.close(),
  }
}

function emptyColumns({ columnNames }: ParquetSource): unknown[][] {
  return columnNames.map(() => [])
}

/** Digits that a double holds, whatever they are. */
const EXACT_DIGITS = 15

function scoredSchema({ name, schema }: ParquetSource, added: readonly AddedColumn[]): SchemaElement[] {
  const [root, ...elements] = schema
  for (const element of elements)
    if (element.converted_type === 'DECIMAL' && (element.precision ?? 0) > EXACT_DIGITS)
      throw new InvalidDataError(
        { source: name, column: element.name },
        `decimals of ${element.precision} digits would be rounded; cast the column to text, or write NDJSON`,
      )
  return [
    { ...root, name: root?.name ?? 'root', num_children: (root?.num_children ?? 0) + added.length },
    ...elements.map(element => (element.type === 'INT96' ? toNanoseconds(element) : element)),
    ...added.map(toElement),
  ]
}

/** Times of 96 bits are no longer written by anybody; their numbers are nanoseconds. */
function toNanoseconds(element: SchemaElement): SchemaElement {
  return { ...element, type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'NANOS' } }
}

function toElement({ name, type }: AddedColumn): SchemaElement {
  const element = { name, repetition_type: 'OPTIONAL' as const }
  if (type !== 'STRING' && type !== 'JSON') return { ...element, type }
  return { ...element, type: 'BYTE_ARRAY', converted_type: type === 'STRING' ? 'UTF8' : 'JSON' }
}
