import type { TextCodec } from '../ports/text-codec.ts'
import type { ByteWriter } from './byte-writer.ts'
import { type Cells, NEWLINE, QUOTE, RETURN } from './csv-records.ts'
import { isFormula, isFormulaText } from './formula.ts'

/** A cell's text, its quotes undone; wrong quotes stay as they stand. */
export function textOfCell(bytes: Uint8Array, cells: Cells, cell: number, text: TextCodec): string {
  const raw = text.decode(bytes.subarray(cells.starts[cell], cells.ends[cell]))
  return !cells.plain && cells.escaped[cell] === 1 ? raw.replaceAll('""', '"') : raw
}

/** Writes exactly `width` cells of a record anew: formulas made harmless by an apostrophe, wrong quotes put right, missing cells empty, those too many left out. */
export function writeCells(
  writer: ByteWriter,
  bytes: Uint8Array,
  cells: Cells,
  width: number,
  delimiter: number,
  text: TextCodec,
): void {
  for (let cell = 0; cell < width; cell++) {
    if (cell > 0) writer.byte(delimiter)
    if (cell >= cells.count) continue
    const start = cells.starts[cell] as number
    const end = cells.ends[cell] as number
    const wrong = !cells.plain && cells.escaped[cell] === 2
    if (wrong || isFormula(bytes, start, end))
      writer.bytes(text.encode(quoteCell(textOfCell(bytes, cells, cell, text), delimiter)))
    else {
      const quoted = !cells.plain && start > 0 && bytes[start - 1] === QUOTE && bytes[end] === QUOTE
      writer.copy(bytes, quoted ? start - 1 : start, quoted ? end + 1 : end)
    }
  }
}

/** A text as a cell: guarded against spreadsheets, quoted where it must be. */
export function quoteCell(text: string, delimiter: number): string {
  const guarded = isFormulaText(text) ? `'${text}` : text
  for (let at = 0; at < guarded.length; at++) {
    const code = guarded.charCodeAt(at)
    if (code === delimiter || code === QUOTE || code === NEWLINE || code === RETURN)
      return `"${guarded.replaceAll('"', '""')}"`
  }
  return guarded
}
