import { InvalidDataError, type Sink } from '@scaling-mlops/core'
import type { ColumnSink } from '@scaling-mlops/core/files'
import type { DecodedArray, SchemaElement } from 'hyparquet'
import { ByteWriter, ParquetWriter } from 'hyparquet-writer'
import type { ParquetSource } from './parquet-source.ts'

/** A column that is written beside those of the source. */
export type AddedColumn = {
  readonly name: string
  readonly type: 'BOOLEAN' | 'INT32' | 'DOUBLE' | 'STRING' | 'JSON'
}

/**
 * Opens a Parquet file on `target` for the rows of `source` (opened as `stored`) in their order, with columns added; rows that are written
 * together become a row group. Throws `invalid_data` where a column of the source cannot be written again as it is.
 */
export function openParquetSink(target: Sink, source: ParquetSource, added: readonly AddedColumn[]): ColumnSink {
  const bytes = new ByteWriter() as ByteWriter & { index: number }
  const writer = new ParquetWriter({ writer: bytes, schema: scoredSchema(source, added), createdBy: 'scaling-mlops' })
  const writeOut = async (): Promise<void> => {
    await target.write(bytes.getBytes().slice())
    bytes.index = 0
  }
  return {
    async write(columns, scored) {
      const columnData = [
        ...columns.map((data, index) => ({ name: source.columnNames[index] as string, data: data as DecodedArray })),
        ...added.map(({ name }) => ({ name, data: scored[name] as unknown[] })),
      ]
      await writer.write({ columnData, rowGroupSize: columns[0]?.length ?? 0 })
      await writeOut()
    },
    async finish() {
      await writer.finish()
      await writeOut()
    },
  }
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
