import type { Feature } from '../feature-table.ts'
import type { Dataset } from './dataset.ts'
import { createDesign } from './design.ts'
import { type Family, logistic, softmax, squared } from './family.ts'
import { type FitFacts, fitLinear, type LinearModel, linearPredictor } from './linear.ts'
import type { Predictor } from './predictor.ts'

export type LearnerSettings = {
  readonly algorithm: 'linear'
  readonly c: number
}

export type TrainedModel = LinearModel

export type Fit = {
  readonly algorithm: string
  readonly model: TrainedModel
  readonly predictor: Predictor
  readonly facts: FitFacts
}

/** Fits the chosen algorithm to some rows of a dataset. */
export function fit(dataset: Dataset, rows: Uint32Array, { c }: LearnerSettings): Fit {
  const family = familyOf(dataset.target)
  const { model, facts } = fitLinear(createDesign(dataset, rows), { family, c })
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
