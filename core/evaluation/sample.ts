import type { Task } from '../manifest.ts'
import type { Row } from '../row.ts'

/** Rows by column: one array a feature, in table order, with slots as in a `Row` (a value, or the index of a category's value). */
export type Columns = readonly ArrayLike<number>[]

/** Rows with what was true of them: 1 for the positive class and 0 else, the index of the class, or the value to be estimated. */
export type Sample = { readonly columns: Columns; readonly targets: ArrayLike<number> }

/** Turns rows of `width` features on their side. */
export function columnsFrom(rows: readonly Row[], width: number): Float64Array[] {
  return Array.from({ length: width }, (_, feature) => Float64Array.from(rows, row => row[feature] as number))
}

/** The rows of columns at the given places. */
export function rowsFrom(columns: Columns, places: ArrayLike<number>): number[][] {
  return Array.from(places, place => columns.map(column => column[place] as number))
}

/** The index of a class label in a sample's targets: a binary task counts its positive class as 1, whatever its place in the list. */
export function classNames(task: Exclude<Task, { kind: 'regression' }>): readonly string[] {
  if (task.kind === 'multiclass') return task.classes
  return task.classes[1] === task.positive ? task.classes : [task.classes[1], task.classes[0]]
}

/** How many numbers a model's output has for a row. */
export function outputsPerRow(task: Task): number {
  return task.kind === 'multiclass' ? task.classes.length : 1
}

/** Mean of values that occur as often as their weights say. */
export function weightedMean(values: ArrayLike<number>, weights: ArrayLike<number>): number {
  let sum = 0
  let total = 0
  for (let index = 0; index < values.length; index++) {
    const weight = weights[index] as number
    sum += (values[index] as number) * weight
    total += weight
  }
  return sum / total
}

/** Mean of values, NaN of none. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0
  for (let index = 0; index < values.length; index++) sum += values[index] as number
  return sum / values.length
}
