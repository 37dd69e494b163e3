import { rm, stat } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { compress, utf8 } from '@scaling-mlops/adapters/files'
import { systemClock } from '@scaling-mlops/adapters/memory'
import { openJobFile } from '@scaling-mlops/adapters/sqlite/job-file'
import { InvalidDataError, type Manifest, type Sink } from '@scaling-mlops/core'
import { type BlockScorer, type Progress, scoreFile } from '@scaling-mlops/core/files'
import { grouped, type Output } from './output.ts'
import { openErrorsSink, openScoreSink, openScoreSource } from './score-ends.ts'
import { canGoOn, type FilePair, isFile } from './score-files.ts'
import type { ScoreFlags } from './score-flags.ts'

type OpenSource = Awaited<ReturnType<typeof openScoreSource>>

export type ScoreContext = {
  readonly manifest: Manifest
  readonly scorer: BlockScorer
  readonly flags: ScoreFlags
  /** Contributions that each row gains. */
  readonly explain: number
  readonly output: Output
  readonly signal: AbortSignal
}

/** What a run must have in common with the one it goes on from. */
type JobIdentity = Pick<FilePair, 'input' | 'errors' | 'format'> & {
  readonly model: Manifest['files']
  readonly map: object
  readonly id: string | undefined
  readonly explain: number
}

/** Scores one file to its end. What a crash leaves of it can be gone on with. */
export async function scoreOne(
  pair: FilePair,
  { manifest, scorer, flags, explain, output, signal }: ScoreContext,
): Promise<{ progress: Progress; seconds: number }> {
  const source = await openScoreSource(pair)
  if (isFile(pair.target)) await assertTarget(pair)
  const identity: JobIdentity = {
    input: pair.input,
    errors: pair.errors,
    format: pair.format,
    model: manifest.files,
    map: flags.map,
    id: flags.id,
    explain,
  }
  const job = !isFile(pair.target) ? undefined : openJobFile(`${pair.target}.job`, pair.target)
  let sinks: Sink[] = []
  let canResume = job?.saved !== undefined && flags.resume === true
  try {
    const resume = flags.resume === true ? await readProgress(job?.saved, identity, pair) : undefined
    // progress of a run that nobody went on from must not be taken for this one's
    if (resume === undefined) job?.save({ identity })
    let failed = resume?.failed ?? 0
    const sink = await openScoreSink(pair, source, { task: manifest.task, explain }, resume?.outputBytes)
    const wanted = (): boolean => failed > 0
    const errors = await openErrorsSink(pair, wanted, resume?.errorBytes)
    sinks = [sink, errors]

    const started = systemClock.monotonic()
    const showProgress = createProgressLine(output, source, started)
    const progress = await scoreFile({
      source,
      format: pair.format,
      features: manifest.features,
      scorer,
      sink,
      errors,
      text: utf8,
      clock: systemClock,
      checksum: crc32,
      pack: bytes => compress(bytes, pair.compression),
      tooMany: flags.maxErrors ?? ((count, rows) => count > Math.max(100, rows / 100)),
      map: flags.map,
      explain,
      signal,
      ...(flags.id === undefined ? {} : { id: flags.id }),
      ...(resume && { resume }),
      ...(job && canGoOn(pair)
        ? {
            checkpoint: progress => {
              job.save({ identity, progress })
              canResume = true
            },
          }
        : {}),
      onProgress: showProgress,
    })
    failed = progress.failed
    await errors.commit()
    await sink.commit()
    job?.remove()
    return { progress, seconds: (systemClock.monotonic() - started) / 1000 }
  } catch (error) {
    for (const sink of sinks) await sink.close().catch(() => {})
    if (canResume) job?.close()
    else {
      for (const path of job === undefined ? [] : [pair.target, pair.errors])
        await rm(`${path}.partial`, { force: true })
      job?.remove()
    }
    throw error
  }
}

/** Refuses what would otherwise be found out when the last row is scored. */
async function assertTarget({ target, errors }: FilePair): Promise<void> {
  for (const path of [target, errors]) {
    const found = path === undefined ? undefined : await stat(path).catch(() => undefined)
    if (found?.isDirectory())
      throw new InvalidDataError({ source: String(path) }, 'this is a folder; name a file in it')
    // a device would be replaced by the file that takes its name
    if (found?.isFile() === false)
      throw new InvalidDataError({ source: String(path) }, 'this is no file; write to a pipe with -o -')
  }
}

async function readProgress(
  saved: unknown,
  identity: JobIdentity,
  { target, errors }: FilePair,
): Promise<Progress | undefined> {
  const { identity: before, progress } = (saved ?? {}) as { identity?: JobIdentity; progress?: Progress }
  // nothing was saved: the run ended within its first seconds, or in whole
  if (before === undefined) return undefined
  if (JSON.stringify(before) !== JSON.stringify(identity))
    throw new InvalidDataError(
      { source: target },
      'the interrupted run had another input, model, --map, --id, --explain or --errors; repeat its command with --resume, or run without --resume to begin anew',
    )
  // a run that was killed while it gave its files their names has nothing left to do but again
  const written = await Promise.all([target, errors].map(path => stat(`${path}.partial`).catch(() => undefined)))
  return written.includes(undefined) ? undefined : progress
}

const REDRAW_MS = 200

/** A bar where the source's length is known, the speed, the time left and the errors. */
function createProgressLine(output: Output, source: OpenSource, started: number): (progress: Progress) => void {
  let drawn = started
  return ({ rows, failed }) => {
    const now = systemClock.monotonic()
    if (now - drawn < REDRAW_MS) return
    drawn = now
    const seconds = (now - started) / 1000
    const share = source.size ? Math.min(1, (source.bytesRead ?? 0) / source.size) : undefined
    const bar = share === undefined ? '' : `${'█'.repeat(Math.round(share * 20)).padEnd(20, '░')}  `
    const left = share ? ` · ${Math.ceil((seconds * (1 - share)) / share)} s left` : ''
    output.progress(
      `${bar}${grouped(rows)} rows · ${grouped(rows / seconds)} rows/s${left}${failed > 0 ? ` · ${failed} errors` : ''}`,
    )
  }
}
