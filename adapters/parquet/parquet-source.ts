import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import { InvalidDataError, type RandomAccess, type Source } from '@scaling-mlops/core'
import { type DecodedArray, type FileMetaData, parquetMetadataAsync, parquetRead, type SchemaElement } from 'hyparquet'
import { type Columns, writeLines } from './json-lines.ts'

export type ParquetSource = Source & {
  readonly rows: number
  /** The file's own, its root first. */
  readonly schema: readonly SchemaElement[]
  readonly columnNames: readonly string[]
  /** With `keepRows`: rows that were read and not yet taken, in order. */
  readonly kept: Columns[]
}

type ParquetOptions = {
  /** Keeps the rows that were handed out until they are taken, exactly as the file has them: for writing them again. */
  readonly keepRows?: boolean
}

/** Rows that are handed out, and kept, together. */
const PIECE_ROWS = 4096

const decompressors = {
  GZIP: (bytes: Uint8Array): Uint8Array => gunzipSync(bytes),
  ZSTD: (bytes: Uint8Array): Uint8Array => zstdDecompressSync(bytes),
  BROTLI: (bytes: Uint8Array): Uint8Array => brotliDecompressSync(bytes),
}

/** Times and dates as the numbers they are stored as, which are exact to the nanosecond. */
const asStored = {
  timestampFromMilliseconds: (value: bigint) => value,
  timestampFromMicroseconds: (value: bigint) => value,
  timestampFromNanoseconds: (value: bigint) => value,
  dateFromDays: (value: number) => value,
}

/**
 * Opens a Parquet file as a source of JSON objects, one a line, in which a null is null. One row group is decoded at a time. Rejects with
 * `invalid_data` where it cannot be read.
 */
export async function openParquetSource(
  file: RandomAccess,
  { keepRows = false }: ParquetOptions = {},
): Promise<ParquetSource> {
  const unreadable = (cause: unknown): unknown =>
    cause instanceof InvalidDataError
      ? cause
      : new InvalidDataError({ source: file.name }, `this Parquet file cannot be read: ${(cause as Error).message}`)
  const metadata = await parquetMetadataAsync(file).catch(cause => {
    throw unreadable(cause)
  })
  const columnNames = topLevelNames(metadata.schema)
  const kept: Columns[] = []

  async function* read(): AsyncGenerator<Uint8Array> {
    try {
      let start = 0
      for (const { num_rows } of metadata.row_groups) {
        const rows = Number(num_rows)
        const group = await readGroup(start, start + rows)
        for (let from = 0; from < rows; from += PIECE_ROWS) {
          const piece = group.map(column => column.slice(from, from + PIECE_ROWS))
          if (keepRows) kept.push(piece)
          yield writeLines(columnNames, piece)
        }
        // the next group is decoded only when this one is let go
        group.length = 0
        start += rows
      }
    } finally {
      await file.close()
    }
  }

  async function readGroup(rowStart: number, rowEnd: number): Promise<DecodedArray[]> {
    const parts = new Map<string, DecodedArray[]>(columnNames.map(name => [name, []]))
    const options = { compressors: decompressors, utf8: false, ...(keepRows ? { parsers: asStored } : {}) }
    await parquetRead({
      file,
      metadata,
      rowStart,
      rowEnd,
      ...options,
      onChunk: ({ columnName, columnData }) => parts.get(columnName)?.push(columnData),
    }).catch(cause => {
      throw unreadable(cause)
    })
    return columnNames.map(name => joined(parts.get(name) ?? []))
  }

  return {
    name: file.name,
    size: undefined,
    rows: Number(metadata.num_rows),
    schema: metadata.schema,
    columnNames,
    kept,
    read,
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

function joined(parts: readonly DecodedArray[]): DecodedArray {
  return parts.length === 1 ? (parts[0] as DecodedArray) : parts.flatMap(part => Array.from<unknown>(part))
}
