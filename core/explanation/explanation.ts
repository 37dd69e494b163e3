import type { Task } from '../manifest.ts'
import type { Row } from '../row.ts'

/**
 * Why one output of the model is what it is: `base` (the average row's) and what each field adds to it, in the order of the feature
 * table. Together they are the log-odds of the positive class, a class's log of its probability over the geometric mean of all
 * classes, or the value of a regression.
 */
export type OutputExplanation = {
  /** The positive class, a class, or the target of a regression. */
  readonly output: string
  readonly base: number
  readonly contributions: readonly number[]
}

/** Explains one row: an entry for the positive class, for every class, or for the value. */
export type Explain = (row: Row) => readonly OutputExplanation[]

/** The sum of an explanation, in its own scale. */
export function totalOf({ base, contributions }: OutputExplanation): number {
  return contributions.reduce((sum, contribution) => sum + contribution, base)
}

/** Numbers of an explanation's scale as the model answers them: a probability, one a class, or the value. */
export function toOutputs(task: Task, scores: readonly number[]): readonly number[] {
  if (task.kind === 'regression') return scores
  if (task.kind === 'binary') return scores.map(score => 1 / (1 + Math.exp(-score)))
  const most = Math.max(...scores)
  const powers = scores.map(score => Math.exp(score - most))
  const total = powers.reduce((sum, power) => sum + power, 0)
  return powers.map(power => power / total)
}
