import { InvalidDataError } from '../errors.ts'
import type { FeatureTable } from '../feature-table.ts'
import type { TextCodec } from '../ports/text-codec.ts'
import { addedColumns } from './block.ts'
import type { ByteWriter } from './byte-writer.ts'
import { createByteWriter } from './byte-writer.ts'
import { textOfCell, writeCells } from './csv-cell.ts'
import { createCells, NEWLINE, QUOTE, readRecord } from './csv-records.ts'
import { type ColumnMatch, type ColumnOptions, matchColumns } from './match-columns.ts'

/** How the records of one CSV are read: all that its header says. Plain data, so that it can go to a thread. */
export type CsvPlan = ColumnMatch & { readonly kind: 'csv'; readonly delimiter: number; readonly explain: number }

const DELIMITERS = [',', ';', '\t', '|'].map(text => text.charCodeAt(0))
const BOM = [0xef, 0xbb, 0xbf]

/** Reads a header, the first record of `head` (which ends with a line break), and writes the one of the scored file. */
export function planCsv(
  source: string,
  head: Uint8Array,
  table: FeatureTable,
  options: ColumnOptions,
  text: TextCodec,
): { readonly plan: CsvPlan; readonly header: Uint8Array } {
  if (!text.isValid(head))
    throw new InvalidDataError({ source, line: 1 }, 'the header is not UTF-8; convert the file, for example with iconv')
  const start = beginsWithBom(head) ? BOM.length : 0
  const delimiter = delimiterOf(head.subarray(start))
  const cells = createCells()
  if (readRecord(head, start, delimiter, cells) < 0)
    throw new InvalidDataError({ source, line: 1 }, 'the header has a quote that is never closed')
  const columns = Array.from({ length: cells.count }, (_, cell) => textOfCell(head, cells, cell, text))
  const match = matchColumns({ source, line: 1 }, columns, table, options)

  const writer: ByteWriter = createByteWriter(head.length * 2 + 128)
  writer.copy(head, 0, start)
  writeCells(writer, head, cells, cells.count, delimiter, text)
  const separator = String.fromCharCode(delimiter)
  writer.bytes(
    text.encode(
      addedColumns(options.explain)
        .map(name => separator + name)
        .join(''),
    ),
  )
  writer.copy(head, cells.textEnd, head.length)
  return { plan: { kind: 'csv', delimiter, explain: options.explain ?? 0, ...match }, header: writer.take() }
}

/**
 * Where the header ends; 0 where its end has not arrived. Blank lines before it are left out by the caller. The delimiter is known at the end only, so
 * each is followed on its own, in one pass: a quote opens a cell at its very beginning, and a quote behind a closing one opens it again.
 */
export function csvHeaderEnd(head: Uint8Array): number {
  const counts = DELIMITERS.map(() => 0)
  const quoted = DELIMITERS.map(() => false)
  const closedAt = DELIMITERS.map(() => -1)
  let anyQuoted = false
  let previous = NEWLINE
  for (let at = beginsWithBom(head) ? BOM.length : 0; at < head.length; at++) {
    const byte = head[at] as number
    if (byte === QUOTE) {
      anyQuoted = !anyQuoted
      for (let index = 0; index < DELIMITERS.length; index++)
        if (quoted[index]) {
          quoted[index] = false
          closedAt[index] = at
        } else if (previous === DELIMITERS[index] || previous === NEWLINE || closedAt[index] === at - 1)
          quoted[index] = true
    } else if (byte === NEWLINE) {
      if (!quoted[mostOf(counts)]) return at + 1
    } else if (!anyQuoted) {
      const index = DELIMITERS.indexOf(byte)
      if (index >= 0) counts[index] = (counts[index] as number) + 1
    }
    previous = byte
  }
  return 0
}

function mostOf(counts: readonly number[]): number {
  return counts.indexOf(Math.max(...counts))
}

function beginsWithBom(bytes: Uint8Array): boolean {
  return BOM.every((byte, index) => bytes[index] === byte)
}

/** The delimiter that stands most often outside quotes; a comma where none does. */
export function delimiterOf(header: Uint8Array): number {
  const counts = DELIMITERS.map(() => 0)
  let quoted = false
  for (const byte of header) {
    if (byte === QUOTE) quoted = !quoted
    if (quoted) continue
    const index = DELIMITERS.indexOf(byte)
    if (index >= 0) counts[index] = (counts[index] as number) + 1
  }
  return DELIMITERS[mostOf(counts)] as number
}
