import type { Feature } from '../feature-table.ts'
import { type ClassWeights, weightsByClass } from './class-weights.ts'
import type { Dataset } from './dataset.ts'
import { createDesign } from './design.ts'
import { type Family, logistic, softmax, squared } from './family.ts'
import { fitLinear, type LinearModel, linearPredictor } from './linear.ts'
import type { Predictor } from './predictor.ts'
import { boostTrees } from './trees/boost.ts'
import { type TreesModel, treesPredictor } from './trees/tree.ts'

/** Which algorithm learns, and how. */
export type LearnerSettings =
  | { readonly algorithm: 'linear'; readonly c: number; readonly classWeights?: ClassWeights }
  | {
      readonly algorithm: 'trees'
      readonly trees: number
      readonly depth: number
      readonly learningRate: number
      readonly classWeights?: ClassWeights
    }

export type TrainedModel = LinearModel | TreesModel

/** How a fit ended; nobody should have to guess whether it reached the optimum. */
export type FitFacts =
  | {
      readonly converged: boolean
      readonly steps: number
      /** Largest absolute entry of the gradient. */
      readonly gradient: number
      /** Penalised, of all rows. */
      readonly loss: number
    }
  | {
      readonly trees: number
      readonly leaves: number
      /** Mean of the training rows. */
      readonly loss: number
    }

export type Fit = {
  /** As people call it. */
  readonly algorithm: string
  readonly model: TrainedModel
  readonly predictor: Predictor
  readonly facts: FitFacts
}

/** Fits the chosen algorithm to some rows of a dataset. */
export function fit(
  dataset: Dataset,
  rows: Uint32Array,
  settings: LearnerSettings,
  onProgress: (done: string) => void = () => {},
): Fit {
  const family = familyOf(dataset.target)
  const classWeights = weightsByClass(dataset, rows, settings.classWeights)
  if (settings.algorithm === 'trees') {
    const { model, loss } = boostTrees(dataset, rows, { ...settings, family, classWeights }, round =>
      onProgress(`tree ${round} of ${settings.trees}`),
    )
    const leaves = model.trees.reduce((sum, tree) => sum + tree.leaves.length, 0)
    const facts = { trees: model.trees.length, leaves, loss }
    return { algorithm: 'gradient-boosted trees', model, facts, predictor: treesPredictor(model) }
  }
  const { model, facts } = fitLinear(createDesign(dataset, rows), { family, c: settings.c, classWeights }, step =>
    onProgress(`step ${step}`),
  )
  return { algorithm: NAMES[family.link], model, facts, predictor: linearPredictor(model) }
}

const NAMES = {
  logistic: 'logistic regression',
  softmax: 'multinomial logistic regression',
  identity: 'ridge regression',
}

function familyOf(target: Feature): Family {
  if (target.kind === 'number') return squared
  return target.values.length === 2 ? logistic : softmax(target.values.length)
}
