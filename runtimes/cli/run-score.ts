import { stat } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { requireRows } from '@scaling-mlops/core'
import { openRepository } from '../configuration/open-repository.ts'
import { EXIT, UsageError } from '../exit.ts'
import { startBlockThreads } from '../files/open-block-scorer.ts'
import { openModel, toModelReference } from './open-model.ts'
import { createOutput } from './output.ts'
import { canGoOn, filePairs, isParquet } from './score-files.ts'
import type { ScoreFlags } from './score-flags.ts'
import { type ScoreContext, scoreOne } from './score-one.ts'
import { sayScored, toScoredDocument } from './score-prose.ts'
import { stopOnSignals } from './stop-on-signals.ts'

/** Scores files one after another and says what came of each. */
export async function runScore(given: string, input: string, flags: ScoreFlags): Promise<void> {
  const output = createOutput(flags)
  const pairs = await filePairs(input, flags)
  if (flags.json && pairs.some(({ target }) => target === '-'))
    throw new UsageError('--json and the scored rows both want stdout; name a file with -o')
  const reference = toModelReference(given)
  const servable = await openModel(reference)
  const rows = requireRows(servable)
  const { manifest } = rows
  const workers = flags.workers ?? availableParallelism()
  const bundle =
    workers > 1 || flags.explain
      ? await (await openRepository(reference.repository)).read(manifest.name, manifest.version)
      : undefined
  const explainer =
    bundle && flags.explain
      ? await (await import('./score-explainer.ts')).openScoreExplainer(manifest, bundle)
      : undefined
  const explain = Math.min(flags.explain ?? 0, manifest.features.length)
  const summaries: object[] = []
  const { signal, stopped } = stopOnSignals(pairs.every(canGoOn) ? '; --resume goes on from there' : '')
  let failed = 0
  try {
    for (const pair of pairs) {
      const { compression } = pair
      const threads =
        bundle && workers > 1 && !isParquet(pair.input) && (flags.workers !== undefined || !(await isSmall(pair.input)))
          ? startBlockThreads({ manifest, graph: bundle.graph, compression, means: explainer?.means }, workers)
          : undefined
      await using _stopped = threads
      const model = { ...rows, explain: explainer?.explain, threads }
      const context: ScoreContext = { model, flags, explain, output, signal }
      const { scored, seconds } = await scoreOne(pair, context)
      failed += scored.failed
      summaries.push(toScoredDocument(pair, scored, seconds))
      if (pair.target !== '-') sayScored(output, pair, scored, seconds, manifest.task)
      else if (scored.failed > 0) output.say(`${scored.failed} of ${scored.rows} rows have no score`)
    }
  } catch (error) {
    throw stopped(error)
  } finally {
    await servable.close()
  }
  if (flags.json)
    output.result('', { schemaVersion: 1, model: manifest.name, version: manifest.version, files: summaries })
  if (failed > 0) process.exitCode = EXIT.partial
}

/** What one thread scores sooner than two have started. */
const SMALL_BYTES = 8 * 1024 * 1024

async function isSmall(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  return found?.isFile() === true && found.size < SMALL_BYTES
}
