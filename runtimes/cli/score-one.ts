import { rm, stat } from 'node:fs/promises'
import { systemClock } from '@scaling-mlops/adapters/memory'
import { openJobFile } from '@scaling-mlops/adapters/sqlite/job-file'
import { InvalidDataError, type Manifest, type Sink } from '@scaling-mlops/core'
import type { Progress } from '@scaling-mlops/core/files'
import { grouped, type Output } from './output.ts'
import { openErrorsSink, openRows, openScoreSink } from './score-ends.ts'
import { canGoOn, type FilePair, isFile } from './score-files.ts'
import type { ScoreFlags } from './score-flags.ts'
import type { OpenRows, RunOptions, Scored, ScoreModel } from './score-run.ts'

export type ScoreContext = {
  readonly model: ScoreModel
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
  { model, flags, explain, output, signal }: ScoreContext,
): Promise<{ scored: Scored; seconds: number }> {
  const rows = await openRows(pair)
  if (isFile(pair.target)) await assertTarget(pair)
  const identity: JobIdentity = {
    input: pair.input,
    errors: pair.errors,
    format: pair.format,
    model: model.manifest.files,
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
    const sink = await openScoreSink(pair, resume?.outputBytes)
    const errors = await openErrorsSink(pair, () => failed > 0, resume?.errorBytes)
    sinks = [sink, errors]

    const started = systemClock.monotonic()
    const scored = await rows.score(model, {
      sink,
      errors,
      tooMany: flags.maxErrors ?? ((count, of) => count > Math.max(100, of / 100)),
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
      onProgress: createProgressLine(output, rows, started),
    })
    failed = scored.failed
    await errors.commit()
    await sink.commit()
    job?.remove()
    return { scored, seconds: (systemClock.monotonic() - started) / 1000 }
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
function createProgressLine(output: Output, { share }: OpenRows, started: number): RunOptions['onProgress'] {
  let drawn = started
  return ({ rows, failed }) => {
    const now = systemClock.monotonic()
    if (now - drawn < REDRAW_MS) return
    drawn = now
    const seconds = (now - started) / 1000
    const done = share(rows)
    const bar = done === undefined ? '' : `${'█'.repeat(Math.round(done * 20)).padEnd(20, '░')}  `
    const left = done ? ` · ${Math.ceil((seconds * (1 - done)) / done)} s left` : ''
    output.progress(
      `${bar}${grouped(rows)} rows · ${grouped(rows / seconds)} rows/s${left}${failed > 0 ? ` · ${failed} errors` : ''}`,
    )
  }
}
