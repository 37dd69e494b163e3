import type { Sink } from '@scaling-mlops/core'
import type { ColumnSink, ColumnSource } from '@scaling-mlops/core/files'
import { writeLines } from './json-lines.ts'

/** Rows that are written together. */
const BLOCK_ROWS = 1024

/** Writes rows of columns as JSON objects, one a line, each with what it gained; `pack` compresses what a compressed target takes. */
export function createLinesSink(
  target: Sink,
  { columnNames }: Pick<ColumnSource, 'columnNames'>,
  pack: (bytes: Uint8Array) => Uint8Array,
): ColumnSink {
  return {
    async write(columns, scored) {
      const rows = columns[0]?.length ?? 0
      for (let from = 0; from < rows; from += BLOCK_ROWS)
        await target.write(pack(writeLines(columnNames, columns, scored, from, Math.min(rows, from + BLOCK_ROWS))))
    },
    async finish() {},
  }
}
