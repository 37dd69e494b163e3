import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import { InvalidDataError, type RandomAccess } from '@scaling-mlops/core'
import type { ColumnSource, Columns } from '@scaling-mlops/core/files'
import { type DecodedArray, type FileMetaData, parquetMetadataAsync, parquetRead, type SchemaElement } from 'hyparquet'
import { type HeldColumn, holdColumn } from './held-column.ts'
import { toPlain } from './json-lines.ts'

export type ParquetSource = ColumnSource & {
  /** The file's own, its root first. */
  readonly schema: readonly SchemaElement[]
  readonly rows: number
  readonly byteLength: number
}

type ParquetOptions = {
  /** Gives times and dates as the numbers they are stored as, exact to the nanosecond: for writing them again. */
  readonly stored?: boolean
}

/** Rows that are handed out together: enough to compress well as a row group, few enough to hold. */
const PIECE_ROWS = 1 << 16

const decompressors = {
  GZIP: (bytes: Uint8Array): Uint8Array => gunzipSync(bytes),
  ZSTD: (bytes: Uint8Array): Uint8Array => zstdDecompressSync(bytes),
  BROTLI: (bytes: Uint8Array): Uint8Array => brotliDecompressSync(bytes),
}

const asStored = {
  timestampFromMilliseconds: (value: bigint) => value,
  timestampFromMicroseconds: (value: bigint) => value,
  timestampFromNanoseconds: (value: bigint) => value,
  dateFromDays: (value: number) => value,
}

/** Opens a Parquet file. One row group is decoded at a time, a column after another. Rejects with `invalid_data` where it cannot be read. */
export async function openParquetSource(
  file: RandomAccess,
  { stored = false }: ParquetOptions = {},
): Promise<ParquetSource> {
  const unreadable = (cause: unknown): unknown =>
    cause instanceof InvalidDataError
      ? cause
      : new InvalidDataError({ source: file.name }, `this Parquet file cannot be read: ${(cause as Error).message}`)
  const metadata = await parquetMetadataAsync(file).catch(cause => {
    throw unreadable(cause)
  })
  const columnNames = topLevelNames(metadata.schema)
  const options = { file, metadata, compressors: decompressors, utf8: false, ...(stored ? { parsers: asStored } : {}) }

  async function* read(): AsyncGenerator<Columns> {
    try {
      let start = 0
      for (const { num_rows } of metadata.row_groups) {
        const rows = Number(num_rows)
        const group: HeldColumn[] = []
        for (const name of columnNames) group.push(holdColumn(await readColumn(name, start, start + rows)))
        for (let from = 0; from < rows; from += PIECE_ROWS)
          yield group.map(column => column(from, Math.min(rows, from + PIECE_ROWS)))
        start += rows
      }
    } finally {
      await file.close()
    }
  }

  async function readColumn(name: string, rowStart: number, rowEnd: number): Promise<DecodedArray> {
    const pages: DecodedArray[] = []
    const onChunk = ({ columnData }: { columnData: DecodedArray }): unknown => pages.push(columnData)
    await parquetRead({ ...options, columns: [name], rowStart, rowEnd, onChunk }).catch(cause => {
      throw unreadable(cause)
    })
    return joined(pages)
  }

  return {
    name: file.name,
    byteLength: file.byteLength,
    rows: Number(metadata.num_rows),
    schema: metadata.schema,
    columnNames,
    read,
    plain: toPlain,
    assertUnchanged: () => file.assertUnchanged(),
  }
}

function topLevelNames(schema: FileMetaData['schema']): string[] {
  const names: string[] = []
  const skip = (index: number): number => {
    let next = index + 1
    for (let child = schema[index]?.num_children ?? 0; child > 0; child--) next = skip(next)
    return next
  }
  for (let at = 1; at < schema.length; at = skip(at)) names.push(schema[at]?.name ?? '')
  return names
}

function joined(pages: readonly DecodedArray[]): DecodedArray {
  return pages.length === 1 ? (pages[0] as DecodedArray) : pages.flatMap(page => Array.from<unknown>(page))
}
