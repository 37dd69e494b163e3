import { compileAnswer, type WriteAnswer } from './answer.ts'
import { checkGolden, parseGolden } from './golden.ts'
import { type Manifest, parseManifest } from './manifest.ts'
import type { Clock } from './ports/clock.ts'
import type { Metrics } from './ports/metrics.ts'
import type { Model } from './ports/model.ts'
import type { Bundle } from './ports/model-repository.ts'
import { createPredict, type Predict } from './predict.ts'
import { createScore, type Score } from './score.ts'

/** One model version that answers: loaded, and its golden rows scored as the trainer scored them. */
export type Servable = {
  readonly manifest: Manifest
  readonly predict: Predict
  /** The graph alone, for rows that were validated elsewhere; not counted as traffic. */
  readonly score: Score
  readonly writeAnswer: WriteAnswer
  close(): Promise<void>
}

export type OpenModel = (graph: Uint8Array) => Promise<Model>

type Dependencies = { readonly openModel: OpenModel; readonly metrics: Metrics; readonly clock: Clock }

/** Opens a bundle and checks it; rejects with a CoreError and leaves nothing open where anything in it is wrong. */
export async function openServable(bundle: Bundle, { openModel, metrics, clock }: Dependencies): Promise<Servable> {
  const manifest = parseManifest(bundle.manifest)
  const golden = parseGolden(bundle.golden)
  const model = await openModel(bundle.graph)
  try {
    const score = createScore(manifest, model)
    await checkGolden(golden, createPredict({ manifest, score, metrics: uncounted, clock }))
    const predict = createPredict({ manifest, score, metrics, clock })
    return { manifest, predict, score, writeAnswer: compileAnswer(manifest.task), close: () => model.close() }
  } catch (error) {
    await model.close()
    throw error
  }
}

/** The self-check is not traffic. */
const uncounted: Metrics = { count() {}, observe() {} }
