import { compileAnswer, type WriteAnswer } from './answer.ts'
import { type BatchLimits, createBatcher, type RunBatch } from './batcher.ts'
import { checkGolden, type Golden, parseGolden } from './golden.ts'
import { type Manifest, parseManifest } from './manifest.ts'
import { neverThrowing } from './never-throwing.ts'
import type { Clock } from './ports/clock.ts'
import type { Metrics } from './ports/metrics.ts'
import type { Model } from './ports/model.ts'
import type { Bundle } from './ports/model-repository.ts'
import type { Scheduler } from './ports/scheduler.ts'
import { createPredict, type Predict } from './predict.ts'
import { createRunBatch } from './run-batch.ts'
import { createServiceTime, type ServiceTime } from './service-time.ts'

/** One model version that answers: loaded, and its golden rows scored as the trainer scored them. */
export type Servable = {
  readonly manifest: Manifest
  readonly predict: Predict
  /** The graph alone, for rows that were validated elsewhere; not counted as traffic. */
  readonly runBatch: RunBatch
  readonly writeAnswer: WriteAnswer
  close(): Promise<void>
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
export async function openServable(
  bundle: Bundle,
  { openModel, limits, scheduler, metrics, clock }: Dependencies,
): Promise<Servable> {
  const manifest = parseManifest(bundle.manifest)
  const golden = parseGolden(bundle.golden)
  const model = await openModel(bundle.graph)
  const assemble = (runBatch: RunBatch, serviceTime: ServiceTime, metrics: Metrics): Predict => {
    const score = createBatcher({ runBatch, slots: model.concurrency, limits, serviceTime, scheduler, clock, metrics })
    return createPredict({ manifest, score, metrics, clock, scheduler, sliceRows: limits.maxRows })
  }
  try {
    const runBatch = createRunBatch(manifest, model)
    await checkGolden(golden, assemble(runBatch, createServiceTime(), uncounted))
    const serviceTime = createServiceTime()
    await warmUp(golden, assemble(runBatch, serviceTime, uncounted))
    const predict = assemble(runBatch, serviceTime, neverThrowing(metrics))
    return { manifest, predict, runBatch, writeAnswer: compileAnswer(manifest.task), close: () => model.close() }
  } catch (error) {
    await model.close()
    throw error
  }
}

/** Runs of one row and of all, so that service time is known, with its slope, before the first request; the very first run is over by now and was not typical. */
async function warmUp({ rows }: Golden, predict: Predict): Promise<void> {
  for (const { row } of rows.slice(0, 3)) await predict([row])
  await predict(rows.map(({ row }) => row))
}

/** The self-check is not traffic. */
const uncounted: Metrics = { count() {}, observe() {}, gauge() {} }
