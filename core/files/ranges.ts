import type { FeatureTable } from '../feature-table.ts'
import type { Source } from '../ports/source.ts'
import type { TextCodec } from '../ports/text-codec.ts'
import { cutBlocks } from './cut-blocks.ts'
import type { ColumnOptions } from './match-columns.ts'
import { type FileFormat, openRecords, recordEndOf } from './plan.ts'
import { type FileJob, MAX_RECORD_BYTES, type Progress, scoreFile } from './score-file.ts'

/** A stretch of whole records of a file: its bytes from `start` to before `end`, with the line breaks that are before and up to its end. */
export type FileRange = {
  readonly start: number
  readonly end: number
  readonly lines: number
  readonly linesAtEnd: number
  /** Bytes of the header, which every range is read with; 0 where the format has none. */
  readonly head: number
}

export type RangeOptions = ColumnOptions & {
  /** The whole file; or its header, and the rest of it from `from` on. */
  readonly source: Source
  readonly format: FileFormat
  readonly features: FeatureTable
  readonly text: TextCodec
  /** A range has at least so many bytes, but for the last. */
  readonly rangeBytes: number
  /** Where an earlier walk came to an end. */
  readonly from?: Pick<FileRange, 'start' | 'lines'>
}

const BLOCK_BYTES = 1 << 20
const NEWLINE = 0x0a

/**
 * Cuts a file into ranges that can be scored apart. It reads every byte, since a line break may stand within quotes, but looks at quotes
 * and line breaks alone. The same file has the same ranges again. Rejects with `invalid_data` where the file cannot be read at all.
 */
export async function* planRanges({
  source,
  format,
  features,
  text,
  ...options
}: RangeOptions): AsyncGenerator<FileRange> {
  const opened = await openRecords(source.name, source.read(), format, features, options, text)
  const head = opened.head.length
  let { start, lines } = options.from ?? { start: head, lines: opened.headLines }
  let end = start
  let linesAtEnd = lines
  const blocks = cutBlocks(opened.records, {
    source: source.name,
    lastRecordEnd: recordEndOf(opened.plan),
    blockBytes: Math.min(BLOCK_BYTES, options.rangeBytes),
    maxRecordBytes: MAX_RECORD_BYTES,
  })
  for await (const block of blocks) {
    end += block.length
    linesAtEnd += countNewlines(block)
    if (end - start < options.rangeBytes) continue
    yield range()
    start = end
    lines = linesAtEnd
  }
  if (end > start) yield range()

  function range(): FileRange {
    // the last record may have been given a line break that its file does not have
    return { start, end: Math.min(end, source.size ?? end), lines, linesAtEnd, head }
  }
}

/**
 * Scores one range: `source` holds the header and the range's bytes. The outputs of all ranges, one after another, are that of the whole
 * file; so are the errors, but that their header is only written by the first range. Too many failed rows are for the whole to judge.
 */
export function scoreRange(
  job: Omit<FileJob, 'resume'>,
  { start, lines, head }: FileRange,
  header: Uint8Array,
): Promise<Progress> {
  if (start === head) return scoreFile(job)
  const resume: Progress = {
    sourceBytes: head,
    checksum: job.checksum(header, 0),
    lines,
    rows: 0,
    failed: 0,
    sum: 0,
    positives: 0,
    outputBytes: 0,
    // what the first range has written
    errorBytes: 1,
  }
  return scoreFile({ ...job, resume })
}

function countNewlines(bytes: Uint8Array): number {
  let count = 0
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count++
  return count
}
