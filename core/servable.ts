import { compileAnswer, type WriteAnswer } from './answer.ts'
import { type Batcher, type BatchLimits, createBatcher, type RunBatch } from './batcher.ts'
import { boundLists } from './bounded-lists.ts'
import { CoreError } from './errors.ts'
import { checkGolden, type Golden, parseGolden } from './golden.ts'
import { type Manifest, parseManifest } from './manifest.ts'
import { configureModel } from './model-configuration.ts'
import { type ModelStatistics, recordStatistics } from './model-statistics.ts'
import { neverThrowing } from './never-throwing.ts'
import type { PayloadRow } from './payload-line.ts'
import type { Clock } from './ports/clock.ts'
import type { Metrics } from './ports/metrics.ts'
import type { Model, TensorDescription } from './ports/model.ts'
import type { Bundle } from './ports/model-repository.ts'
import type { Scheduler } from './ports/scheduler.ts'
import { createPredict, type Predict, type Predictors } from './predict.ts'
import { createRunBatch } from './run-batch.ts'
import { createRunTensors, type RunTensors, warmUpTensors } from './run-tensors.ts'
import { createServiceTime, type ServiceTime } from './service-time.ts'

/** One model version that answers. With a feature table it takes rows, its golden ones scored as the trainer scored them; without one, the graph's own tensors. */
export type Servable = {
  readonly name: string
  readonly version: number
  /** The graph's own. */
  readonly inputs: readonly TensorDescription[]
  readonly outputs: readonly TensorDescription[]
  /** Rows of one call at the most, where its configuration says so; they are the first dimension of every tensor. */
  readonly maxBatchSize?: number | undefined
  /** Why a request would be refused now, whatever it brings: for doors that have not read it yet. */
  readonly refusal: Batcher['refusal']
  /** What it has done since it was opened. */
  statistics(): ModelStatistics
  close(): Promise<void>
} & ({ readonly rows: Rows; readonly runTensors?: never } | { readonly rows?: never; readonly runTensors: RunTensors })

/** What a model with a feature table can do. */
export type Rows = Predictors & {
  readonly manifest: Manifest
  /** The graph alone, for rows that were validated elsewhere; not counted as traffic. */
  readonly runBatch: RunBatch
  readonly writeAnswer: WriteAnswer
  /** Takes a row that was read elsewhere for the payload log, which asks for it only where it is of the sample; absent where there is none. Never throws. */
  readonly record?: (read: () => PayloadRow) => void
}

export type OpenModel = (graph: Uint8Array) => Promise<Model>

type Dependencies = {
  readonly openModel: OpenModel
  readonly limits: BatchLimits
  readonly scheduler: Scheduler
  readonly metrics: Metrics
  readonly clock: Clock
}

/** Opens a bundle and checks it; rejects with a CoreError and leaves nothing open where anything in it is wrong. */
export async function openServable(bundle: Bundle, dependencies: Dependencies): Promise<Servable> {
  const { name, version } = bundle
  const documents =
    bundle.manifest === undefined
      ? undefined
      : { manifest: parseManifest(bundle.manifest), golden: parseGolden(bundle.golden) }
  const opened = await dependencies.openModel(bundle.graph)
  try {
    const { model, metrics, start, read } = recordStatistics(
      configureModel(opened, bundle.configuration),
      neverThrowing(dependencies.metrics),
      dependencies.clock,
    )
    const { inputs, outputs } = model
    const shared = { name, version, inputs, outputs, statistics: read, close: () => model.close() }
    if (documents) {
      const opened = await openRows(documents, model, { ...dependencies, metrics })
      start()
      return { ...shared, ...opened }
    }
    await warmUpTensors(model)
    start()
    const { maxBatchSize } = bundle.configuration ?? {}
    return { ...shared, maxBatchSize, ...createRunTensors({ ...dependencies, model, metrics }) }
  } catch (error) {
    await opened.close()
    throw error
  }
}

/** The row part of a model; throws `no_feature_table` where it has none. */
export function requireRows({ name, rows, inputs }: Servable): Rows {
  if (rows !== undefined) return rows
  throw new CoreError(
    'no_feature_table',
    `model ${name} has no feature table, so that it takes no rows; send its tensors (${inputs.map(({ name }) => name).join(', ')}) to /v2/models/${name}/infer`,
  )
}

async function openRows(
  { manifest, golden }: { readonly manifest: Manifest; readonly golden: Golden },
  model: Model,
  { limits, scheduler, metrics, clock }: Dependencies,
): Promise<{ readonly rows: Rows; readonly refusal: Batcher['refusal'] }> {
  const assemble = (runBatch: RunBatch, serviceTime: ServiceTime, metrics: Metrics) => {
    const slots = model.concurrency
    const { score, refusal } = createBatcher({ runBatch, slots, limits, serviceTime, scheduler, clock, metrics })
    const predictors = createPredict({ manifest, score, metrics, clock, scheduler, sliceRows: limits.maxRows })
    const predict = boundLists({ predict: predictors.predict, limits, metrics, clock })
    return { predictors: { ...predictors, predict }, refusal }
  }
  const runBatch = createRunBatch(manifest, model)
  await checkGolden(golden, assemble(runBatch, createServiceTime(), uncounted).predictors.predict)
  const serviceTime = createServiceTime()
  await warmUp(golden, assemble(runBatch, serviceTime, uncounted).predictors.predict)
  const { predictors, refusal } = assemble(runBatch, serviceTime, metrics)
  return { rows: { manifest, ...predictors, runBatch, writeAnswer: compileAnswer(manifest.task) }, refusal }
}

/** Runs of one row and of all, so that service time is known, with its slope, before the first request; the very first run is over by now and was not typical. */
async function warmUp({ rows }: Golden, predict: Predict): Promise<void> {
  for (const { row } of rows.slice(0, 3)) await predict([row])
  await predict(rows.map(({ row }) => row))
}

/** The self-check is not traffic. */
const uncounted: Metrics = { count() {}, observe() {}, gauge() {} }
