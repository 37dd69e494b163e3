import { CoreError, InvalidDataError } from '../errors.ts'
import type { FeatureTable } from '../feature-table.ts'
import type { Clock } from '../ports/clock.ts'
import type { Signal } from '../ports/signal.ts'
import type { Sink } from '../ports/sink.ts'
import type { Source } from '../ports/source.ts'
import type { TextCodec } from '../ports/text-codec.ts'
import type { RowError, ScoreBlock, ScoredBlock } from './block.ts'
import { cutBlocks } from './cut-blocks.ts'
import { ERRORS_HEADER, writeRowErrors } from './errors-file.ts'
import type { ColumnOptions } from './match-columns.ts'
import { type FileFormat, type FilePlan, type Opened, openRecords, recordEndOf } from './plan.ts'

/** How far a job has come. With it and what the sinks hold, the job can go on as if it had never stopped. */
export type Progress = {
  /** Bytes of the source, header and all, that are scored and written; always the end of a record. */
  readonly sourceBytes: number
  /** CRC-32 of these bytes. */
  readonly checksum: number
  readonly lines: number
  readonly rows: number
  readonly failed: number
  readonly sum: number
  readonly positives: number
  /** Bytes given to the sinks. */
  readonly outputBytes: number
  readonly errorBytes: number
}

/** Scores blocks, several at a time. */
export type BlockScorer = {
  readonly concurrency: number
  /** Makes the scorer of one file. */
  open(plan: FilePlan): ScoreBlock
}

export type FileJob = ColumnOptions & {
  readonly source: Source
  readonly format: FileFormat
  readonly features: FeatureTable
  readonly scorer: BlockScorer
  readonly sink: Sink
  readonly errors: Sink
  readonly text: TextCodec
  readonly clock: Clock
  /** CRC-32 of bytes, continuing from that of those before. */
  readonly checksum: (bytes: Uint8Array, previous: number) => number
  /** Prepares what is written beside the scored blocks, the header, for the sink; compresses it where the sink is a compressed file. */
  readonly pack?: (bytes: Uint8Array) => Uint8Array
  /** Whether so many failed rows of so many are too many. */
  readonly tooMany: (failed: number, rows: number) => boolean
  /** Where to go on; the sinks hold exactly what it says. */
  readonly resume?: Progress
  /** Called every few seconds when sinks are flushed and hold what `progress` says. */
  readonly checkpoint?: (progress: Progress) => void
  readonly onProgress?: (progress: Progress) => void
  /** Aborted, the job saves what is scored and rejects with `cancelled`. */
  readonly signal?: Pick<Signal, 'aborted'>
  /** Bytes that are scored in one go. */
  readonly blockBytes?: number
}

const BLOCK_BYTES = 1 << 18
/** A record of more bytes ends the reading of its file. */
export const MAX_RECORD_BYTES = 100 * 1024 * 1024
const CHECKPOINT_MS = 1000

/**
 * Scores a file: cuts it into blocks of whole records, scores several at a time and writes them in order. Reading waits for scoring and
 * scoring for writing, so memory holds a few blocks, however long the file. Rejects with `invalid_data` where the file cannot be read or
 * too many rows fail; the sinks then hold all blocks before.
 */
export async function scoreFile(job: FileJob): Promise<Progress> {
  const { source, scorer, sink, errors, text, clock, checksum, pack = bytes => bytes } = job
  const opened = await openRecords(source.name, source.read(), job.format, job.features, job, text)
  const { plan } = opened
  let progress = job.resume ?? (await begin())
  const records = job.resume === undefined ? opened.records : skipTo(job, opened, job.resume)
  const score = scorer.open(plan)
  const waiting: { block: Promise<ScoredBlock>; sourceBytes: number; checksum: number }[] = []
  let saved = clock.monotonic()

  const drainOne = async (mayGoOn: boolean): Promise<void> => {
    const next = waiting.shift()
    if (next === undefined) return
    const block = await next.block
    if (block.fatal !== undefined)
      throw new InvalidDataError(
        { source: source.name, line: progress.lines + block.fatal.line + 1 },
        block.fatal.message,
      )
    const found: RowError[] = block.errors.map(error => ({ ...error, line: progress.lines + error.line + 1 }))
    const errorsHeader = progress.errorBytes === 0 ? ERRORS_HEADER : ''
    const errorText = found.length === 0 ? undefined : text.encode(errorsHeader + writeRowErrors(found))
    if (job.tooMany(progress.failed + block.failed, progress.rows + block.rows))
      throw tooManyErrors(source.name, progress.failed + block.failed, found[0])
    const outputBytes = progress.outputBytes + block.output.length
    await sink.write(block.output)
    block.release?.()
    if (errorText !== undefined) await errors.write(errorText)
    progress = {
      sourceBytes: next.sourceBytes,
      checksum: next.checksum,
      lines: progress.lines + block.lines,
      rows: progress.rows + block.rows,
      failed: progress.failed + block.failed,
      sum: progress.sum + block.sum,
      positives: progress.positives + block.positives,
      outputBytes,
      errorBytes: progress.errorBytes + (errorText?.length ?? 0),
    }
    job.onProgress?.(progress)
    if (mayGoOn && clock.monotonic() - saved >= CHECKPOINT_MS) await save()
  }
  const save = async (): Promise<void> => {
    if (job.checkpoint === undefined) return
    await Promise.all([sink.flush(), errors.flush()])
    job.checkpoint(progress)
    saved = clock.monotonic()
  }

  let sourceBytes = progress.sourceBytes
  let sum = progress.checksum
  const options = {
    source: source.name,
    lastRecordEnd: recordEndOf(plan),
    blockBytes: job.blockBytes ?? BLOCK_BYTES,
    maxRecordBytes: MAX_RECORD_BYTES,
  }
  for await (const block of cutBlocks(records, options)) {
    if (job.signal?.aborted) {
      while (waiting.length > 0) await drainOne(false)
      await save()
      throw new CoreError('cancelled', `${source.name}: stopped after ${progress.rows} rows`)
    }
    sourceBytes += block.length
    sum = checksum(block, sum)
    const scored = score(block)
    // a later block may fail while an earlier one is still awaited
    scored.catch(() => {})
    waiting.push({ block: scored, sourceBytes, checksum: sum })
    if (waiting.length > scorer.concurrency) await drainOne(true)
  }
  // the last block may have been given a line break that its file does not have: no place to go on from
  while (waiting.length > 0) await drainOne(false)
  await source.assertUnchanged()
  return progress

  async function begin(): Promise<Progress> {
    const header = pack(opened.header)
    if (header.length > 0) await sink.write(header)
    return {
      sourceBytes: opened.head.length,
      checksum: checksum(opened.head, 0),
      lines: opened.headLines,
      rows: 0,
      failed: 0,
      sum: 0,
      positives: 0,
      outputBytes: header.length,
      errorBytes: 0,
    }
  }
}

/** Passes over what an earlier run has scored, making sure that it is still the same. */
async function* skipTo({ source, checksum }: FileJob, opened: Opened, done: Progress): AsyncGenerator<Uint8Array> {
  let left = done.sourceBytes - opened.head.length
  let sum = checksum(opened.head, 0)
  const changed = (): InvalidDataError =>
    new InvalidDataError(
      { source: source.name },
      'the file is no longer the one that was being scored; run without --resume to begin anew',
    )
  for await (const chunk of opened.records) {
    const passed = chunk.subarray(0, Math.max(0, Math.min(left, chunk.length)))
    sum = checksum(passed, sum)
    left -= passed.length
    if (left > 0) continue
    if (passed.length > 0 && sum !== done.checksum) throw changed()
    if (passed.length < chunk.length) yield chunk.subarray(passed.length)
  }
  if (left > 0 || (done.sourceBytes === opened.head.length && sum !== done.checksum)) throw changed()
}

export function tooManyErrors(source: string, failed: number, first: RowError | undefined): InvalidDataError {
  const where = first === undefined ? '' : `; the last at line ${first.line}: ${first.message}`
  return new InvalidDataError(
    { source },
    `${failed} rows cannot be scored, which is more than --max-errors allows${where}`,
  )
}
