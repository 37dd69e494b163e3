import type { Dataset } from '../dataset.ts'
import type { Family } from '../family.ts'
import { binFeatures } from './bins.ts'
import { type Derivatives, type GrowOptions, growTree } from './grow-tree.ts'
import { binOffsets } from './histogram.ts'
import type { Tree, TreesModel } from './tree.ts'

export type BoostOptions = {
  /** Rounds: one tree each, of several classes one tree a class. */
  readonly trees: number
  readonly depth: number
  readonly learningRate: number
  readonly family: Family
  readonly classWeights?: readonly number[] | undefined
}

/** XGBoost's and LightGBM's defaults: they keep leaves from trusting a handful of rows. */
const LIMITS = { l2: 1, leastRows: 20, leastBend: 1e-3 }

/** Gradient boosting on binned features: each tree takes a Newton step on what the trees before it left over. */
export function boostTrees(
  dataset: Dataset,
  rows: Uint32Array,
  { trees: rounds, depth, learningRate, family, classWeights }: BoostOptions,
  onRound: (round: number) => void = () => {},
): { model: TreesModel; loss: number } {
  const { outputs } = family
  const features = binFeatures(dataset, rows)
  const offsets = binOffsets(features)
  const targets = Float64Array.from(rows, row => dataset.targets[row] as number)
  const weights = classWeights && targets.map(target => classWeights[target] ?? 1)
  const base = baseOf(targets, weights, family)
  const sums = Float64Array.from({ length: rows.length * outputs }, (_, cell) => base[cell % outputs] as number)
  const derivatives: Derivatives[] = base.map(() => ({
    slopes: new Float64Array(rows.length),
    bends: new Float64Array(rows.length),
  }))
  const options: GrowOptions = { ...LIMITS, depth, learningRate }

  const trees: Tree[] = []
  for (let round = 0; round < rounds; round++) {
    onRound(round + 1)
    differentiate(family, sums, targets, weights, derivatives)
    derivatives.forEach((of, output) => {
      trees.push(growTree(features, offsets, of, options, { sums, output, stride: outputs }))
    })
  }
  const loss = differentiate(family, sums, targets, weights, derivatives) / rows.length
  return { model: { kind: 'trees', link: family.link, base, trees }, loss }
}

/** Writes the derivatives of every row by every output, and answers the loss of all rows. */
function differentiate(
  family: Family,
  sums: Float64Array,
  targets: Float64Array,
  weights: Float64Array | undefined,
  derivatives: readonly Derivatives[],
): number {
  const { outputs } = family
  const slope = new Float64Array(outputs)
  const curvature = new Float64Array(outputs * outputs)
  let loss = 0
  for (let row = 0; row < targets.length; row++) {
    const weight = weights?.[row] ?? 1
    const own = sums.subarray(row * outputs, (row + 1) * outputs)
    loss += weight * family.loss(own, targets[row] as number, slope, curvature)
    for (let output = 0; output < outputs; output++) {
      const { slopes, bends } = derivatives[output] as Derivatives
      slopes[row] = weight * (slope[output] as number)
      bends[row] = weight * (curvature[output * (outputs + 1)] as number)
    }
  }
  return loss
}

/** The sums that fit best without any feature: the mean, or the logarithms of the classes' shares. */
function baseOf(targets: Float64Array, weights: Float64Array | undefined, { link, outputs }: Family): number[] {
  let all = 0
  const shares = new Float64Array(Math.max(2, outputs))
  let sum = 0
  targets.forEach((target, row) => {
    const weight = weights?.[row] ?? 1
    all += weight
    sum += weight * target
    if (link !== 'identity') shares[target] = (shares[target] as number) + weight
  })
  if (link === 'identity') return [Math.fround(sum / all)]
  if (link === 'logistic') return [Math.fround(Math.log((shares[1] as number) / (shares[0] as number)))]
  return Array.from(shares, share => Math.fround(Math.log(share / all)))
}
