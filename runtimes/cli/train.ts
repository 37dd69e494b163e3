import { basename, join, resolve } from 'node:path'
import { loadDataset, surveyCsv } from '@scaling-mlops/adapters/csv'
import { hashFile, openModelFolder } from '@scaling-mlops/adapters/files'
import { CoreError, normalise } from '@scaling-mlops/core'
import { checkGates, type Gate, parseGate } from '@scaling-mlops/core/evaluation'
import {
  type ClassWeights,
  type Dataset,
  goldenRows,
  inferFeatures,
  inferTarget,
  judge,
  type LearnerSettings,
  orderClasses,
  type TrainingSettings,
  train,
} from '@scaling-mlops/core/training'
import { type Command, Option } from 'commander'
import { EXIT } from '../exit.ts'
import { readFeaturesFile } from './features-file.ts'
import { classWeightFlag, foldsFlag, numberFlag, numbersFlag, wholeFlag } from './flag.ts'
import { createOutput, type Output, type OutputFlags, withOutputFlags } from './output.ts'
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
  readonly gate: readonly string[]
}

export function registerTrain(program: Command): void {
  const verb = program
    .command('train')
    .summary('train a model on a CSV and write it as a bundle')
    .description(
      'Trains on a CSV with a header and writes the next version of a model, checked in ONNX Runtime before it is published.',
    )
    .argument('<data>', 'CSV file, also .csv.gz')
    .requiredOption('-t, --target <column>', 'the column to predict')
    .requiredOption(
      '-o, --out <folder>',
      'the model folder, e.g. models/churn; the next free number becomes the version',
    )
    .option(
      '--features <file>',
      'JSON list of what you know about features (default: features.json in the model folder)',
    )
    .option('--drop <columns...>', 'columns to leave out', [])
    .option('--positive <class>', 'the class of two whose probability is predicted')
    .addOption(
      new Option('--task <task>', 'what to predict, where the column leaves it open').choices([
        'binary',
        'multiclass',
        'regression',
      ]),
    )
    .option('--title <title>', 'what people call the model')
    .addOption(
      new Option('--split <split>', 'how test rows are chosen')
        .choices(['stratified', 'sklearn'])
        .default('stratified'),
    )
    .option('--seed <number>', 'seed of everything random', wholeFlag(0, 2 ** 32 - 1), 1)
    .option('--test-size <share>', 'share of the rows kept for the test', numberFlag(0, 1), 0.2)
    .option('--cv <folds>', 'folds of the cross-validation, 0 for none', foldsFlag, 5)
    .addOption(
      new Option('--algorithm <algorithm>', 'linear: logistic or ridge regression; trees: gradient-boosted trees')
        .choices(['linear', 'trees'])
        .default('linear'),
    )
    .option(
      '-C, --C <numbers>',
      'linear: inverse strength of the penalty; of several (0.1,1,10) the best by cross-validation',
      numbersFlag(0),
      [1],
    )
    .option('--trees <number>', 'trees: rounds of boosting', wholeFlag(1, 10_000), 100)
    .option('--depth <number>', 'trees: splits from root to leaf', wholeFlag(1, 16), 3)
    .option('--learning-rate <number>', 'trees: how much of each tree is taken', numberFlag(0), 0.1)
    .option(
      '--class-weight <weights>',
      "balanced, or how much a row counts by its class: 'yes=3,no=1'",
      classWeightFlag,
    )
    .option('--gate <gates...>', "publish only if it holds, e.g. 'auc>=0.85'; exit code 6 where it does not", [])
    .addHelpText(
      'before',
      'Example: scaling-mlops train models/churn/data/telco-churn.csv --target Churn --out models/churn\n',
    )
    .action((data: string, flags: TrainFlags) => runTrain(data, flags))
  withOutputFlags(verb)
}

async function runTrain(data: string, flags: TrainFlags): Promise<void> {
  const output = createOutput(flags)
  const gates = flags.gate.map(parseGate)
  const { dataset, settings } = await prepare(data, flags, output)
  const training = train(dataset, settings, output.progress)
  sayTraining(output, dataset, training)

  const source = { name: basename(data), sha256: await hashFile(data) }
  const fingerprint = fingerprintOf(source.sha256, settings, dataset, training)
  output.progress('checking the graph')
  const graph = await toCheckedGraph(dataset, training, fingerprint)
  sayGraph(output, graph, training)

  const folder = openModelFolder(flags.out)
  const newest = await folder.newest()
  const unchanged = newest !== undefined && fingerprint === fingerprintIn(newest.manifest)
  const identity = {
    name: basename(resolve(flags.out)),
    version: unchanged ? newest.version : (newest?.version ?? 0) + 1,
    title: flags.title ?? titleOf(flags.target),
    algorithm: training.algorithm,
  }
  output.progress('evaluating')
  const judged = await judge(dataset, training, { manifest: identity, data: source, seed: settings.seed })
  sayReport(output, judged.report)
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
  const card = newest && (await folder.read(join(String(newest.version), 'README.md')))
  const files = toBundleFiles(dataset, training, { graph, ...judged }, manifest, card)
  await folder.publish(identity.version, files)
  const [example] = goldenRows(dataset, training.split.test, training.testScores).rows
  await folder.writeIfAbsent('example.json', toJson(example?.row))
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
  const surveyed = await surveyCsv(data)
  const { survey } = surveyed
  const source = basename(data)
  const name = normalise(flags.target)
  const target = orderClasses(inferTarget(survey, name, source, flags.task), flags.positive)
  const declared = await readFeaturesFile(
    flags.features ?? join(flags.out, 'features.json'),
    flags.features === undefined,
  )
  const drop = new Set(flags.drop.map(normalise))
  for (const column of drop)
    if (!survey.columns.some(({ name }) => name === column))
      throw new CoreError('invalid_data', `--drop ${column}: ${source} has no such column`)
  const { features, remarks } = inferFeatures(survey, { target: name, drop, declared: declared ?? [] })
  output.progress('reading rows')
  const dataset = await loadDataset(data, surveyed, features, target)
  sayData(output, source, dataset)
  for (const remark of remarks) output.warn(remark)
  const { split, seed, testSize, cv } = flags
  return { dataset, settings: { candidates: candidatesOf(flags), split, seed, testShare: testSize, folds: cv } }
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
