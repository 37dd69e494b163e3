import { FORMULA_BEGINS } from './formula.ts'

export const QUOTE = 0x22
export const NEWLINE = 0x0a
export const RETURN = 0x0d

/**
 * Where the last whole record of `bytes` ends, 0 where none does; `bytes` begin with a record. A quote opens a cell only at its very
 * beginning, so that the inches of `5" disk` swallow nothing.
 */
export function lastCsvRecordEnd(bytes: Uint8Array, delimiter: number): number {
  if (!bytes.includes(QUOTE)) return bytes.lastIndexOf(NEWLINE) + 1
  let end = 0
  let quoted = false
  let previous = NEWLINE
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number
    if (byte === QUOTE) {
      if (quoted) {
        if (bytes[at + 1] === QUOTE) at++
        else quoted = false
      } else if (previous === delimiter || previous === NEWLINE) quoted = true
    } else if (byte === NEWLINE && !quoted) end = at + 1
    previous = byte
  }
  return end
}

/** Cells of one record; `start` and `end` leave quotes out. Reused from record to record. */
export type Cells = {
  count: number
  starts: Int32Array
  ends: Int32Array
  /** 1 where a cell holds doubled quotes, 2 where its quotes are wrong (the span is then the cell as it stands). */
  escaped: Uint8Array
  /** Whether any cell of the record is other than plain. */
  plain: boolean
  /** Whether a cell begins as a formula does: only then are its cells worth a look. */
  mayHoldFormula: boolean
  /** Where the record's text ends, without its line break. */
  textEnd: number
  /** Line breaks inside quotes. */
  innerLines: number
}

export function createCells(): Cells {
  return {
    count: 0,
    starts: new Int32Array(64),
    ends: new Int32Array(64),
    escaped: new Uint8Array(64),
    plain: true,
    mayHoldFormula: false,
    textEnd: 0,
    innerLines: 0,
  }
}

/** Reads the record that begins at `at` into `cells`; answers where the next begins, −1 where a quote is still open at the end of `bytes`. `bytes` end with a line break. */
export function readRecord(bytes: Uint8Array, from: number, delimiter: number, cells: Cells): number {
  let { starts, ends } = cells
  let at = from
  let count = 0
  cells.plain = true
  cells.mayHoldFormula = false
  cells.innerLines = 0
  for (;;) {
    if (count === starts.length) {
      makeRoom(cells)
      ;({ starts, ends } = cells)
    }
    let byte = bytes[at] as number
    starts[count] = at
    if (FORMULA_BEGINS[byte === QUOTE ? (bytes[at + 1] as number) : byte] === 1) cells.mayHoldFormula = true
    if (byte === QUOTE) {
      at = readQuoted(bytes, at, delimiter, cells, count)
      if (at < 0) return -1
      byte = bytes[at] as number
    } else {
      while (byte !== delimiter && byte !== NEWLINE) byte = bytes[++at] as number
      ends[count] = at
      if (!cells.plain) cells.escaped[count] = 0
    }
    count++
    if (byte === NEWLINE) break
    at++
  }
  cells.count = count
  cells.textEnd = at
  // the carriage return of CRLF belongs to the line break
  if (at > from && bytes[at - 1] === RETURN) {
    cells.textEnd = at - 1
    if (ends[count - 1] === at) ends[count - 1] = at - 1
  }
  return at + 1
}

/** Reads a quoted cell and answers where its delimiter or line break is, −1 where its quote is never closed. */
function readQuoted(bytes: Uint8Array, open: number, delimiter: number, cells: Cells, cell: number): number {
  if (cells.plain) cells.escaped.fill(0, 0, cell)
  cells.plain = false
  cells.escaped[cell] = 0
  cells.starts[cell] = open + 1
  const { length } = bytes
  let at = open + 1
  for (; at < length; at++) {
    const byte = bytes[at]
    if (byte === NEWLINE) cells.innerLines++
    if (byte !== QUOTE) continue
    if (bytes[at + 1] !== QUOTE) break
    cells.escaped[cell] = 1
    at++
  }
  if (at >= length) return -1
  cells.ends[cell] = at++
  const after = bytes[at]
  if (after === delimiter || after === NEWLINE || (after === RETURN && bytes[at + 1] === NEWLINE))
    return after === RETURN ? at + 1 : at
  while (bytes[at] !== delimiter && bytes[at] !== NEWLINE) at++
  cells.escaped[cell] = 2
  cells.starts[cell] = open
  cells.ends[cell] = at
  return at
}

function makeRoom(cells: Cells): void {
  const room = cells.starts.length * 2
  for (const key of ['starts', 'ends'] as const) {
    const larger = new Int32Array(room)
    larger.set(cells[key])
    cells[key] = larger
  }
  const escaped = new Uint8Array(room)
  escaped.set(cells.escaped)
  cells.escaped = escaped
}
