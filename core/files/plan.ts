import { InvalidDataError } from '../errors.ts'
import type { FeatureTable } from '../feature-table.ts'
import type { TextCodec } from '../ports/text-codec.ts'
import { joined } from './arriving-records.ts'
import type { ScoreBlock } from './block.ts'
import { type CsvPlan, csvHeaderEnd, planCsv } from './csv-plan.ts'
import { lastCsvRecordEnd } from './csv-records.ts'
import { createCsvScorer } from './csv-scorer.ts'
import type { ColumnOptions } from './match-columns.ts'
import { createNdjsonScorer, lastLineEnd, type NdjsonPlan } from './ndjson-scorer.ts'
import type { ScorerDependencies } from './scorer-dependencies.ts'

/** How the records of a file are read: plain data, that a thread can compile a scorer from. */
export type FilePlan = CsvPlan | NdjsonPlan

export type FileFormat = FilePlan['kind']

/** Compiles the scorer of the file that a plan was made for. */
export function compileScorer(plan: FilePlan, dependencies: ScorerDependencies): ScoreBlock {
  return plan.kind === 'csv' ? createCsvScorer(plan, dependencies) : createNdjsonScorer(plan, dependencies)
}

/** Where the last whole record of `bytes` ends, 0 where none does. */
export function recordEndOf(plan: FilePlan): (bytes: Uint8Array) => number {
  return plan.kind === 'csv' ? bytes => lastCsvRecordEnd(bytes, plan.delimiter) : lastLineEnd
}

export type Opened = {
  readonly plan: FilePlan
  /** What the scored file begins with. */
  readonly header: Uint8Array
  /** The bytes of the source that are read by now, and their lines. */
  readonly head: Uint8Array
  readonly headLines: number
  /** What has arrived of the records, and the rest of them. */
  readonly records: AsyncIterable<Uint8Array>
}

const MOST_HEADER_BYTES = 16 * 1024 * 1024

/** Reads the beginning of a file as far as its plan needs it. Rejects with `invalid_data` where there is no header, or not the one that the model needs. */
export async function openRecords(
  source: string,
  chunks: AsyncIterable<Uint8Array>,
  format: FileFormat,
  table: FeatureTable,
  {
    map = {},
    id,
    explain = 0,
    maxHeaderBytes = MOST_HEADER_BYTES,
  }: ColumnOptions & { readonly maxHeaderBytes?: number },
  text: TextCodec,
): Promise<Opened> {
  // alone, since a plan must be plain data
  const options = { map, explain, ...(id === undefined ? {} : { id }) }
  if (format === 'ndjson')
    return {
      plan: { kind: 'ndjson', ...options },
      header: new Uint8Array(),
      head: new Uint8Array(),
      headLines: 0,
      records: chunks,
    }

  const iterator = chunks[Symbol.asyncIterator]()
  let head = new Uint8Array()
  for (;;) {
    const end = csvHeaderEnd(head)
    if (end > 0) return opened(head, end)
    if (head.length > maxHeaderBytes)
      throw new InvalidDataError({ source, line: 1 }, 'the header does not end; is there a quote that is never closed?')
    const { done, value } = await iterator.next()
    if (done === true) {
      if (isBlank(head))
        throw new InvalidDataError({ source }, 'the file is empty; the first line must name the columns')
      const ended = joined(head, new Uint8Array([0x0a]))
      return opened(ended, ended.length)
    }
    head = joined(head, value)
  }

  function opened(bytes: Uint8Array, end: number): Opened {
    const header = bytes.subarray(0, end)
    if (isBlank(header))
      throw new InvalidDataError({ source, line: 1 }, 'the first line is blank; it must name the columns')
    const headLines = header.reduce((lines, byte) => lines + (byte === 0x0a ? 1 : 0), 0)
    const rest = bytes.slice(end)
    return {
      ...planCsv(source, header, table, options, text),
      head: header,
      headLines,
      records: continued(rest, iterator),
    }
  }
}

async function* continued(rest: Uint8Array, iterator: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    if (rest.length > 0) yield rest
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value
  } finally {
    await iterator.return?.()
  }
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every(byte => byte === 0x20 || byte === 0x0a || byte === 0x0d)
}
