import { writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { loadDataset, surveyCsv } from '@scaling-mlops/adapters/csv'
import { hashFile, openModelFolder } from '@scaling-mlops/adapters/files'
import { renderReport } from '@scaling-mlops/adapters/report'
import { CoreError, nearest, normalise } from '@scaling-mlops/core'
import { type Costs, checkGates, type Gate, parseGate } from '@scaling-mlops/core/evaluation'
import {
  type ClassWeights,
  type Dataset,
  goldenRows,
  inferFeatures,
  inferTarget,
  judge,
  type LearnerSettings,
  orderClasses,
  type Survey,
  type TrainingSettings,
  train,
} from '@scaling-mlops/core/training'
import { EXIT } from '../exit.ts'
import { readFeaturesFile } from './features-file.ts'
import { createOutput, grouped, type Output, type OutputFlags } from './output.ts'
import { fingerprintOf, toBundleFiles, toCheckedGraph, toJson } from './train-bundle.ts'
import { sayData, sayGates, sayGraph, sayReport, sayTraining } from './train-prose.ts'

export type TrainFlags = OutputFlags & {
  readonly target: string
  readonly out: string
  readonly features?: string
  readonly drop: readonly string[]
  readonly positive?: string
  readonly task?: 'binary' | 'multiclass' | 'regression'
  readonly title?: string
  readonly split: TrainingSettings['split']
  readonly seed: number
  readonly testSize: number
  readonly cv: number
  readonly algorithm: LearnerSettings['algorithm']
  readonly C: readonly number[]
  readonly trees: number
  readonly depth: number
  readonly learningRate: number
  readonly classWeight?: ClassWeights
  readonly threshold: number
  readonly cost?: Costs
  readonly gate: readonly string[]
  readonly report?: string
}

/** Trains, checks, judges and, where all of it is well, publishes. */
export async function runTrain(data: string, flags: TrainFlags): Promise<void> {
  const output = createOutput(flags)
  const gates = flags.gate.map(parseGate)
  const { dataset, settings } = await prepare(data, flags, output)
  const training = train(dataset, settings, output.progress)
  sayTraining(output, dataset, training)

  const title = flags.title ?? titleOf(flags.target)
  const source = { name: basename(data), sha256: await hashFile(data) }
  const fingerprint = fingerprintOf(source.sha256, { ...settings, title }, dataset, training)
  output.progress('checking the graph')
  const graph = await toCheckedGraph(dataset, training, fingerprint)
  sayGraph(output, graph, training)

  const folder = openModelFolder(flags.out)
  const newest = await folder.newest()
  const unchanged = newest !== undefined && fingerprint === fingerprintIn(newest.manifest)
  const identity = {
    name: basename(resolve(flags.out)),
    version: unchanged ? newest.version : (newest?.version ?? 0) + 1,
    title,
    algorithm: training.algorithm,
  }
  output.progress('evaluating')
  const judged = await judge(dataset, training, {
    manifest: identity,
    data: source,
    seed: settings.seed,
    ...(flags.cost === undefined ? {} : { costs: flags.cost }),
  })
  sayReport(output, judged.report)
  if (flags.report !== undefined)
    await writeFile(flags.report, renderReport(judged.report, { features: dataset.table }))
  const path = join(flags.out, String(identity.version))
  const summary = {
    schemaVersion: 1,
    name: identity.name,
    version: identity.version,
    path,
    metrics: judged.report.metrics,
  }

  if (!passGates(gates, judged.report.metrics, output)) {
    output.result('nothing is written: a gate does not hold', { ...summary, written: false })
    return
  }
  if (unchanged) {
    output.result(`unchanged ${path}   same data, settings and coefficients`, { ...summary, written: false })
    return
  }
  const manifest = {
    ...identity,
    created: new Date().toISOString(),
    training: {
      fingerprint,
      data: { ...source, rows: dataset.rowCount },
      settings: { ...training.chosen, split: settings.split, testShare: settings.testShare, seed: settings.seed },
      fit: training.facts,
      ...(training.tried.length > 0 ? { tried: training.tried } : {}),
    },
  }
  const previousCard = newest && (await folder.read(join(String(newest.version), 'README.md')))
  const files = toBundleFiles(dataset, training, { graph, ...judged }, manifest, previousCard)
  await folder.publish(identity.version, files)
  const { rows } = goldenRows(dataset, training.split.test, training.testScores)
  await folder.writeIfAbsent('example.json', toJson(rows[rows.length >> 1]?.row))
  const names = Object.keys(files)
  output.result(`wrote ${path}   ${names.join(' ')}`, { ...summary, written: true, files: names })
}

/** Reads the CSV twice: once to know its columns, once to take its rows. */
async function prepare(
  data: string,
  flags: TrainFlags,
  output: Output,
): Promise<{ dataset: Dataset; settings: TrainingSettings }> {
  output.progress('reading columns')
  const surveyed = await surveyCsv(data, rows => output.progress(`reading columns: ${grouped(rows)} rows`))
  const { survey } = surveyed
  const source = basename(data)
  const name = normalise(flags.target)
  const target = orderClasses(inferTarget(survey, name, source, flags.task), flags.positive)
  const declared = await readFeaturesFile(
    flags.features ?? join(flags.out, 'features.json'),
    flags.features === undefined,
  )
  const drop = new Set(flags.drop.map(normalise))
  for (const column of drop) assertColumn(survey, column, source)
  const { features, remarks } = inferFeatures(survey, { target: name, drop, declared: declared ?? [] })
  output.progress('reading rows')
  const dataset = await loadDataset(data, surveyed, features, target, rows =>
    output.progress(`reading rows: ${grouped(rows)} of ${grouped(survey.rowCount)}`),
  )
  sayData(output, source, dataset)
  for (const remark of remarks) output.warn(remark)
  const { split, seed, testSize, cv, threshold } = flags
  return {
    dataset,
    settings: { candidates: candidatesOf(flags), split, seed, testShare: testSize, folds: cv, threshold },
  }
}

function assertColumn({ columns }: Survey, column: string, source: string): void {
  const names = columns.map(({ name }) => name)
  if (names.includes(column)) return
  const near = nearest(column, names)
  const hint = near === undefined ? '' : `; did you mean "${near}"?`
  throw new CoreError('invalid_data', `--drop ${column}: ${source} has no such column${hint}`)
}

function candidatesOf({ algorithm, C, trees, depth, learningRate, classWeight }: TrainFlags): LearnerSettings[] {
  const weights = classWeight === undefined ? {} : { classWeights: classWeight }
  return algorithm === 'trees'
    ? [{ algorithm, trees, depth, learningRate, ...weights }]
    : C.map(c => ({ algorithm, c, ...weights }))
}

/** Says how each gate did; a gate that does not hold sets the exit code. */
function passGates(gates: readonly Gate[], metrics: Parameters<typeof checkGates>[1], output: Output): boolean {
  const results = checkGates(gates, metrics)
  sayGates(output, results)
  const passed = results.every(({ passed }) => passed)
  if (!passed) process.exitCode = EXIT.gate
  return passed
}

function titleOf(target: string): string {
  const words = target.trim().replaceAll('_', ' ')
  return `${words.charAt(0).toUpperCase()}${words.slice(1)} Prediction`
}

function fingerprintIn(manifest: unknown): unknown {
  return (manifest as { training?: { fingerprint?: unknown } } | undefined)?.training?.fingerprint
}
