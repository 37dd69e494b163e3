import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { createGunzip } from 'node:zlib'
import { InvalidDataError } from '@scaling-mlops/core'
import Papa from 'papaparse'

/** Takes what a CSV holds, piece by piece; an error it throws ends the reading. */
export type CsvReceiver = {
  /** Called once, before any record, with the cells of the first line. */
  header(cells: readonly string[]): void
  /** One record with as many cells as the header; `line` is where it starts in the file, the header being line 1. */
  record(cells: readonly string[], line: number): void
}

/** Papa Parse spends most of its time between chunks: below 256 KB a file takes twice as long. */
const CHUNK_BYTES = 1 << 20

/**
 * Reads a CSV with a header (UTF-8; comma, semicolon, tab or bar; `.gz` is unpacked) as a stream, in memory that does not grow with the file.
 * Rejects with `invalid_data` and the line where the file is missing, empty, ragged or wrongly quoted.
 */
export function readCsv(path: string, receiver: CsvReceiver): Promise<void> {
  const source = basename(path)
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES })
  const stream = path.endsWith('.gz') ? file.pipe(createGunzip({ chunkSize: CHUNK_BYTES })) : file
  // decoded by the stream: a letter of several bytes may lie across two chunks
  stream.setEncoding('utf8')
  const take = createRecordTaker(source, receiver)

  return new Promise((resolve, reject) => {
    const fail = (cause: unknown): void => {
      file.destroy()
      reject(cause instanceof InvalidDataError ? cause : unreadable(source, cause))
    }
    file.on('error', fail)
    stream.on('error', fail)
    Papa.parse<string[]>(stream, {
      header: false,
      delimiter: delimiterOf,
      beforeFirstChunk: text => text.replace(/^\ufeff/, ''),
      chunk({ data, errors }, parser) {
        try {
          take.chunk(data, errors)
        } catch (error) {
          // before abort(), which calls complete()
          fail(error)
          parser.abort()
        }
      },
      complete() {
        try {
          take.end()
          resolve()
        } catch (error) {
          fail(error)
        }
      },
      error: fail,
    })
  })
}

/** The delimiter that the header has most of; a comma where it has none. */
function delimiterOf(text: string): string {
  const header = text.replace(/"[^"]*"/g, '').split('\n', 1)[0] ?? ''
  const counts = [',', ';', '\t', '|'].map(delimiter => ({ delimiter, count: header.split(delimiter).length }))
  return counts.reduce((best, next) => (next.count > best.count ? next : best)).delimiter
}

function createRecordTaker(source: string, receiver: CsvReceiver) {
  let width = 0
  let line = 1

  const one = (cells: string[]): void => {
    const at = line
    line += linesOf(cells)
    if (cells.length === 1 && cells[0]?.trim() === '') return
    if (width === 0) {
      width = cells.length
      receiver.header(cells)
    } else if (cells.length !== width) {
      throw new InvalidDataError(
        { source, line: at },
        `${cells.length} cells where the header has ${width}; a cell with a comma or a line break must stand in quotes`,
      )
    } else receiver.record(cells, at)
  }

  return {
    chunk(records: string[][], errors: readonly Papa.ParseError[]): void {
      const quotes = errors.find(({ type }) => type === 'Quotes')
      const wrong = quotes?.row === undefined ? -1 : quotes.row
      records.forEach((cells, index) => {
        if (index === wrong)
          throw new InvalidDataError({ source, line }, `${quotes?.message}; double quotes inside a quoted cell`)
        one(cells)
      })
      if (quotes && wrong >= records.length) throw new InvalidDataError({ source, line }, String(quotes.message))
    },
    end(): void {
      if (width === 0) throw new InvalidDataError({ source }, 'the file is empty; the first line must name the columns')
    },
  }
}

/** Lines a record spans: a quoted cell may hold line breaks. */
function linesOf(cells: readonly string[]): number {
  let lines = 1
  for (const cell of cells) for (let at = cell.indexOf('\n'); at >= 0; at = cell.indexOf('\n', at + 1)) lines++
  return lines
}

function unreadable(source: string, cause: unknown): unknown {
  const { code, message } = cause as NodeJS.ErrnoException
  const known: Record<string, string> = {
    ENOENT: 'the file does not exist',
    EISDIR: 'this is a folder, not a file',
    EACCES: 'permission denied',
  }
  const reason = known[code ?? ''] ?? (code?.startsWith('Z_') ? `not a gzip file: ${message}` : undefined)
  return reason === undefined ? cause : new InvalidDataError({ source }, reason)
}
