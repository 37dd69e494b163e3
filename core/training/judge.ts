import type { Costs } from '../evaluation/confusion.ts'
import { permutationImportance } from '../evaluation/importance.ts'
import { createReference, type Reference } from '../evaluation/reference.ts'
import { createReport, type LinearWeights, type Report } from '../evaluation/report.ts'
import type { Manifest, Task } from '../manifest.ts'
import { type Dataset, toSample } from './dataset.ts'
import type { TrainedModel } from './learner.ts'
import { createMersenneTwister } from './mersenne-twister.ts'
import { scorerOf } from './score-rows.ts'
import type { Training } from './train.ts'

/** Evaluates a training on its test rows, and counts what live traffic will be compared with. The same training and seed give the same documents. */
export async function judge(
  dataset: Dataset,
  training: Training,
  about: {
    readonly manifest: Pick<Manifest, 'name' | 'version' | 'title' | 'algorithm'>
    readonly data: { readonly name: string; readonly sha256: string }
    readonly seed: number
    readonly costs?: Costs
  },
): Promise<{ report: Report; reference: Reference }> {
  const { task, split, testScores, crossValidation } = training
  const manifest = { ...about.manifest, task, features: dataset.table }
  const train = toSample(dataset, atMost(PROFILED_ROWS, split.train))
  const test = { ...toSample(dataset, split.test), outputs: testScores }
  const random = createMersenneTwister(about.seed).uniform
  const score = scorerOf(training.predictor, dataset.table)
  const importance = await permutationImportance({ table: dataset.table, task, ...test, score, random })
  const weights = weightsOf(training.model, task)
  const report = createReport({
    manifest,
    data: about.data,
    test,
    train,
    importance,
    random,
    ...(weights === undefined ? {} : { weights }),
    ...(crossValidation === undefined ? {} : { crossValidation }),
    ...(about.costs === undefined ? {} : { costs: about.costs }),
  })
  const data = { ...report.data, trainingRows: split.train.length }
  return { report: { ...report, data }, reference: createReference({ manifest, train, outputs: testScores }) }
}

/** A profile of more rows says nothing new, and copies of a large table would not fit beside it. */
const PROFILED_ROWS = 2_000_000

/** All rows, or as many as asked for at even distances. */
function atMost(count: number, rows: Uint32Array): Uint32Array {
  if (rows.length <= count) return rows
  return Uint32Array.from({ length: count }, (_, index) => rows[Math.floor((index * rows.length) / count)] as number)
}

function weightsOf(model: TrainedModel, task: Task): LinearWeights[] | undefined {
  if (model.kind !== 'linear') return undefined
  return model.coefficients.map((weights, output) => ({
    weights,
    intercept: model.intercepts[output] as number,
    ...(task.kind === 'multiclass' ? { class: String(task.classes[output]) } : {}),
  }))
}
