import { availableParallelism } from 'node:os'
import { openFolderRepository } from '@scaling-mlops/adapters/files'
import { requireRows } from '@scaling-mlops/core'
import type { Progress } from '@scaling-mlops/core/files'
import { EXIT } from '../exit.ts'
import { createBlockScorer, startBlockThreads } from '../files/open-block-scorer.ts'
import { openModel, toModelReference } from './open-model.ts'
import { createOutput } from './output.ts'
import { type FilePair, filePairs } from './score-files.ts'
import type { ScoreFlags } from './score-flags.ts'
import { type ScoreContext, scoreOne } from './score-one.ts'

/** Scores files one after another and says what came of each. */
export async function runScore(given: string, input: string, flags: ScoreFlags): Promise<void> {
  const output = createOutput(flags)
  const pairs = await filePairs(input, flags)
  const reference = toModelReference(given)
  const servable = await openModel(reference)
  const rows = requireRows(servable)
  const { manifest } = rows
  const workers = flags.workers ?? availableParallelism()
  const { graph } =
    workers > 1
      ? await openFolderRepository(reference.repository).read(manifest.name, manifest.version)
      : { graph: new Uint8Array() }
  const summaries: object[] = []
  let failed = 0
  try {
    for (const pair of pairs) {
      const threads =
        workers > 1 ? startBlockThreads({ manifest, graph, compression: pair.compression }, workers) : undefined
      await using _stopped = threads
      const context: ScoreContext = {
        manifest,
        scorer: threads ?? createBlockScorer(rows, pair.compression),
        flags,
        output,
      }
      const { progress, seconds } = await scoreOne(pair, context)
      failed += progress.failed
      summaries.push(toDocument(pair, progress, seconds))
      if (pair.target !== '-') say(output, pair, progress, seconds, manifest.task)
      else if (progress.failed > 0) output.say(`${progress.failed} of ${progress.rows} rows have no score`)
    }
  } finally {
    await servable.close()
  }
  if (flags.json && !pairs.some(({ target }) => target === '-'))
    output.result('', { schemaVersion: 1, model: manifest.name, version: manifest.version, files: summaries })
  if (failed > 0) process.exitCode = EXIT.partial
}

function toDocument(pair: FilePair, { rows, failed, sum, positives, sourceBytes }: Progress, seconds: number): object {
  const scored = rows - failed
  return {
    input: pair.input,
    output: pair.target,
    ...(failed > 0 ? { errors: pair.errors } : {}),
    rows,
    scored,
    failed,
    mean: scored === 0 ? null : sum / scored,
    positives,
    seconds,
    bytes: sourceBytes,
  }
}

function say(
  output: ReturnType<typeof createOutput>,
  pair: FilePair,
  { rows, failed, sum, positives }: Progress,
  seconds: number,
  task: { readonly kind: string; readonly threshold?: number },
): void {
  const scored = rows - failed
  const mean = scored === 0 || task.kind === 'multiclass' ? '' : ` · mean ${(sum / scored).toFixed(3)}`
  const share =
    scored === 0 || task.threshold === undefined
      ? ''
      : ` · ${((positives / scored) * 100).toFixed(1)} % ≥ ${task.threshold.toFixed(2)}`
  const errors = failed === 0 ? '' : ` · ${failed} errors → ${pair.errors}`
  const rate = `${Math.round(rows / Math.max(seconds, 0.001)).toLocaleString('en-US')} rows/s`
  output.say(`${pair.target}  ${rows.toLocaleString('en-US')} rows${mean}${share}${errors} · ${rate}`)
}
