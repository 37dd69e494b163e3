import { CoreError } from '../errors.ts'
import type { Signal } from '../ports/signal.ts'
import type { Sink } from '../ports/sink.ts'
import type { TextCodec } from '../ports/text-codec.ts'
import { createColumnScorer } from './column-scorer.ts'
import type { ColumnSink, ColumnSource, Tally } from './columns.ts'
import { ERRORS_HEADER, writeRowErrors } from './errors-file.ts'
import { type ColumnOptions, matchColumns } from './match-columns.ts'
import { tooManyErrors } from './score-file.ts'
import type { ScorerDependencies } from './scorer-dependencies.ts'

export type ColumnJob = ColumnOptions & {
  readonly source: ColumnSource
  readonly scorer: Pick<ScorerDependencies, 'manifest' | 'runBatch' | 'explain'>
  readonly sink: ColumnSink
  readonly errors: Sink
  readonly text: TextCodec
  /** Whether so many failed rows of so many are too many. */
  readonly tooMany: (failed: number, rows: number) => boolean
  readonly onProgress?: (tally: Tally) => void
  /** Aborted, the job rejects with `cancelled`. */
  readonly signal?: Pick<Signal, 'aborted'>
}

/**
 * Scores rows that lie in columns, some thousands at a time and in order. A row's errors are told by its number, from 1. Rejects with
 * `invalid_data` where the source cannot be read, has not the model's columns, or too many rows fail.
 */
export async function scoreColumns(job: ColumnJob): Promise<Tally> {
  const { source, scorer, sink, errors, text, explain = 0 } = job
  const match = matchColumns({ source: source.name }, source.columnNames, scorer.manifest.features, job)
  const score = createColumnScorer({ ...match, explain }, source.plain, scorer)
  let tally: Tally = { rows: 0, failed: 0, sum: 0, positives: 0 }
  for await (const columns of source.read()) {
    if (job.signal?.aborted) throw new CoreError('cancelled', `${source.name}: stopped after ${tally.rows} rows`)
    const scored = await score(columns)
    const found = scored.errors.map(error => ({ ...error, line: tally.rows + error.line + 1 }))
    const header = tally.failed === 0 ? ERRORS_HEADER : ''
    tally = {
      rows: tally.rows + scored.rows,
      failed: tally.failed + scored.failed,
      sum: tally.sum + scored.sum,
      positives: tally.positives + scored.positives,
    }
    if (job.tooMany(tally.failed, tally.rows)) throw tooManyErrors(source.name, tally.failed, found[0])
    await sink.write(columns, scored.scored)
    if (found.length > 0) await errors.write(text.encode(header + writeRowErrors(found)))
    job.onProgress?.(tally)
  }
  await source.assertUnchanged()
  await sink.finish()
  return tally
}
