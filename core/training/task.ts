import { CoreError } from '../errors.ts'
import type { CategoryFeature, Feature } from '../feature-table.ts'
import type { Task } from '../manifest.ts'
import { nearest } from '../nearest.ts'
import { normalise } from '../normalise.ts'

/** Words that mean the positive class wherever they stand in a pair. */
const POSITIVE_WORDS = ['yes', 'true', '1', 'positive']

/**
 * Puts the positive class of two last, so that class 1 is positive: the one asked for, else a word that says so, else the later in order.
 * Throws `invalid_data` where the one asked for is no class.
 */
export function orderClasses(target: Feature, positive?: string): Feature {
  if (target.kind === 'number' || target.values.length !== 2) return target
  const values = target.values.map(({ value }) => value)
  const asked = positive === undefined ? undefined : normalise(positive)
  if (asked !== undefined && !values.includes(asked)) {
    const near = nearest(asked, values)
    throw new CoreError(
      'invalid_data',
      `"${positive}" is no class of ${target.name}; its classes are ${values.join(' and ')}${near === undefined ? '' : `. Did you mean "${near}"?`}`,
    )
  }
  const last = asked ?? values.find(value => POSITIVE_WORDS.includes(value)) ?? values[1]
  return last === values[0] ? { ...target, values: [...target.values].reverse() } : target
}

/** The manifest's task for a target of which the positive class, if there is one, stands last. */
export function taskOf(target: Feature, threshold = 0.5): Task {
  if (target.kind === 'number')
    return { kind: 'regression', target: target.name, ...(target.unit === undefined ? {} : { unit: target.unit }) }
  const classes = classesOf(target)
  const [negative, positive] = classes
  return classes.length === 2 && negative !== undefined && positive !== undefined
    ? { kind: 'binary', target: target.name, classes: [negative, positive], positive, threshold }
    : { kind: 'multiclass', target: target.name, classes }
}

export function classesOf(target: CategoryFeature): string[] {
  return target.values.map(({ value }) => value)
}
