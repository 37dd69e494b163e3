import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openModelFolder } from '@scaling-mlops/adapters/files'
import { renderReport } from '@scaling-mlops/adapters/report'
import { CoreError, type Manifest, nearest, type Row, type Rows, requireRows } from '@scaling-mlops/core'
import {
  type Costs,
  checkGates,
  createReport,
  parseGate,
  parseReport,
  permutationImportance,
  type Report,
  rowsFrom,
  type ScoreRows,
} from '@scaling-mlops/core/evaluation'
import { createMersenneTwister } from '@scaling-mlops/core/training'
import { EXIT } from '../exit.ts'
import { type Judged, rowsOf, trainingFile } from './evaluate-data.ts'
import { toText } from './evaluate-prose.ts'
import { type ModelReference, openModel, toModelReference } from './open-model.ts'
import { createOutput, type Output, type OutputFlags } from './output.ts'
import { sayGates } from './train-prose.ts'

export type EvaluateFlags = OutputFlags & {
  readonly threshold?: number
  readonly cost?: Costs
  readonly slices?: readonly string[]
  readonly gate: readonly string[]
  readonly report?: string
}

/** Judges a model and says how good it is; gates that do not hold set the exit code. */
export async function runEvaluate(model: string, data: string | undefined, flags: EvaluateFlags): Promise<void> {
  const output = createOutput(flags)
  const gates = flags.gate.map(parseGate)
  const reference = toModelReference(model)
  const servable = await openModel(reference)
  try {
    const rows = requireRows(servable)
    const { manifest } = rows
    assertFits(flags, manifest)
    const report = await reportOf(rows, reference, data, flags, output)
    const results = checkGates(gates, report.metrics)
    if (flags.report !== undefined) await writeFile(flags.report, renderReport(report, manifest))
    sayGates(output, results)
    output.result(toText(report), { ...report, gates: results })
    if (results.some(({ passed }) => !passed)) process.exitCode = EXIT.gate
  } finally {
    await servable.close()
  }
}

/** A new report where there are rows to judge by, else the one that the training wrote. */
async function reportOf(
  rows: Rows,
  reference: ModelReference,
  data: string | undefined,
  flags: EvaluateFlags,
  output: Output,
): Promise<Report> {
  const { manifest } = rows
  const stored = await storedReport(reference, manifest)
  const path = data ?? (await trainingFile(reference, manifest))
  if (path !== undefined) {
    output.progress('reading rows')
    const judged = await rowsOf(path, manifest)
    if (data !== undefined && judged.train !== undefined)
      output.warn(
        `${judged.data.name} is what the model was trained on; only the ${judged.test.targets.length} rows held out of the training are judged`,
      )
    return freshReport(rows, judged, stored, flags, output)
  }
  if (stored === undefined || flags.threshold !== undefined || flags.cost !== undefined || flags.slices !== undefined)
    throw new CoreError(
      'invalid_data',
      `the rows that ${manifest.name} was trained on are not at hand; name a CSV with the features and ${manifest.task.target}`,
    )
  output.warn('the rows that the model was trained on are not at hand; this is the report that the training wrote')
  return stored
}

async function freshReport(
  { manifest, runBatch }: Rows,
  judged: Judged,
  stored: Report | undefined,
  flags: EvaluateFlags,
  output: Output,
): Promise<Report> {
  const { task, features } = manifest
  const { data, test, train } = judged
  const scoreRows = flatScores(manifest, runBatch)
  output.progress(`scoring ${test.targets.length} rows`)
  const outputs = await scoreRows(
    rowsFrom(
      test.columns,
      Array.from(test.targets, (_, row) => row),
    ),
  )
  const random = createMersenneTwister(1).uniform
  output.progress('measuring importance')
  const importance = await permutationImportance({ table: features, task, ...test, score: scoreRows, random })
  const report = createReport({
    manifest,
    data,
    test: { ...test, outputs },
    importance,
    random,
    ...(train === undefined ? {} : { train }),
    ...(train === undefined || stored?.crossValidation === undefined
      ? {}
      : { crossValidation: stored.crossValidation }),
    ...(flags.threshold === undefined ? {} : { threshold: flags.threshold }),
    ...(flags.cost === undefined ? {} : { costs: flags.cost }),
    ...(flags.slices === undefined ? {} : { sliceBy: flags.slices }),
  })
  // weights are facts of the training, whatever rows the model is judged by
  return stored?.coefficients === undefined ? report : { ...report, coefficients: stored.coefficients }
}

/** Rows of a batch: enough to keep the graph busy, few enough to stay small in memory. */
const BATCH = 4096

/** The graph's outputs as evaluation takes them: of two classes the positive one's probability alone. */
function flatScores({ task }: Manifest, runBatch: Rows['runBatch']): ScoreRows {
  const positive = task.kind === 'binary' ? task.classes.indexOf(task.positive) : 0
  const width = task.kind === 'multiclass' ? task.classes.length : 1
  return async (rows: readonly Row[]) => {
    const flat = new Float64Array(rows.length * width)
    for (let start = 0; start < rows.length; start += BATCH) {
      const { values, stride } = (await runBatch(rows.slice(start, start + BATCH))).scores
      for (let at = 0; at < values.length / stride; at++)
        for (let cell = 0; cell < width; cell++) {
          const value = values[at * stride + (width === 1 && stride === 2 ? positive : cell)] as number
          if (!Number.isFinite(value))
            throw new CoreError('model_unavailable', `the graph answers ${value} for row ${start + at + 1}`)
          flat[(start + at) * width + cell] = value
        }
    }
    return flat
  }
}

async function storedReport({ repository, name }: ModelReference, { version }: Manifest): Promise<Report | undefined> {
  const text = await openModelFolder(join(repository, name)).read(join(String(version), 'report.json'))
  if (text === undefined) return undefined
  try {
    return parseReport(JSON.parse(text))
  } catch (cause) {
    throw new CoreError('invalid_manifest', `model ${name}, version ${version}: ${(cause as Error).message}`, { cause })
  }
}

/** Throws `invalid_data` for flags that mean nothing for this model, which would otherwise be passed over in silence. */
function assertFits({ threshold, cost, slices = [] }: EvaluateFlags, { task, features }: Manifest): void {
  const decides = threshold === undefined ? (cost === undefined ? undefined : '--cost') : '--threshold'
  if (decides !== undefined && task.kind !== 'binary')
    throw new CoreError(
      'invalid_data',
      `${decides} is for models of two classes; ${task.target} has ${task.kind === 'multiclass' ? `${task.classes.length} classes` : 'numbers'}`,
    )
  const names = features.map(feature => feature.name)
  for (const name of slices) assertFeature(name, names)
}

function assertFeature(name: string, names: readonly string[]): void {
  if (names.includes(name)) return
  const near = nearest(name, names)
  const choice = near === undefined ? `its features are ${names.join(', ')}` : `did you mean "${near}"?`
  throw new CoreError('invalid_data', `--slices ${name}: the model has no such feature; ${choice}`)
}
