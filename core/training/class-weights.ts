import { CoreError } from '../errors.ts'
import { nearest } from '../nearest.ts'
import { normalise } from '../normalise.ts'
import type { Dataset } from './dataset.ts'
import { classesOf } from './task.ts'

/** How much a row counts by its class: `balanced` gives every class the same total, a list gives weights (1 where it names none). */
export type ClassWeights = 'balanced' | Readonly<Record<string, number>>

/** Weights in the order of the target's classes, or undefined where all are 1. Throws `invalid_data` for a class that is none. */
export function weightsByClass(
  { target, targets }: Dataset,
  rows: Uint32Array,
  weights: ClassWeights | undefined,
): number[] | undefined {
  if (weights === undefined) return undefined
  if (target.kind === 'number')
    throw new CoreError('invalid_data', `class weights need classes; ${target.name} is a number`)
  const classes = classesOf(target)
  if (weights === 'balanced') {
    const counts = new Array<number>(classes.length).fill(0)
    for (const row of rows) counts[targets[row] as number] = (counts[targets[row] as number] as number) + 1
    // scikit-learn's rule: rows / (classes · rows of the class)
    return counts.map(count => rows.length / (classes.length * count))
  }
  const byClass = new Map(Object.entries(weights).map(([name, weight]) => [normalise(name), weight]))
  for (const name of byClass.keys())
    if (!classes.includes(name)) {
      const near = nearest(name, classes)
      throw new CoreError(
        'invalid_data',
        `class weights: "${name}" is no class of ${target.name}${near === undefined ? '' : `; did you mean "${near}"?`} The classes are ${classes.join(', ')}`,
      )
    }
  return classes.map(name => byClass.get(name) ?? 1)
}
