import type { Family } from '../family.ts'
import { sigmoid, toProbabilities } from '../family.ts'
import type { Predictor } from '../predictor.ts'

/** A tree over the model's columns: `column ≤ threshold` goes left. Children are nodes (0 and up) or leaves (−1 − leaf). A tree of one leaf has no nodes. */
export type Tree = {
  /** The sum it adds to. */
  readonly output: number
  readonly columns: readonly number[]
  /** Exact in 32 bits. */
  readonly thresholds: readonly number[]
  readonly left: readonly number[]
  readonly right: readonly number[]
  /** What a row in each leaf adds; exact in 32 bits. */
  readonly leaves: readonly number[]
  /** Training rows that came by each node and leaf: explanations weigh the branches by them. */
  readonly nodeRows: readonly number[]
  readonly leafRows: readonly number[]
}

/** Sums of trees through a link, from a base that the training rows gave. */
export type TreesModel = {
  readonly kind: 'trees'
  readonly link: Family['link']
  /** Start of each output's sum; exact in 32 bits. */
  readonly base: readonly number[]
  readonly trees: readonly Tree[]
}

export function treesPredictor({ link, base, trees }: TreesModel): Predictor {
  return {
    outputs: base.length,
    score(encoded, offset, into) {
      for (let output = 0; output < base.length; output++) into[output] = base[output] as number
      for (const tree of trees) into[tree.output] = (into[tree.output] as number) + leafValue(tree, encoded, offset)
      if (link === 'logistic') into[0] = sigmoid(into[0] as number)
      if (link === 'softmax') toProbabilities(into)
    },
  }
}

function leafValue(
  { columns, thresholds, left, right, leaves }: Tree,
  encoded: ArrayLike<number>,
  offset: number,
): number {
  let at = columns.length === 0 ? -1 : 0
  while (at >= 0)
    at = (
      (encoded[offset + (columns[at] as number)] as number) <= (thresholds[at] as number) ? left[at] : right[at]
    ) as number
  return leaves[-1 - at] as number
}
