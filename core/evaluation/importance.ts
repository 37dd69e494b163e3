import { columnsOf, type FeatureTable } from '../feature-table.ts'
import type { Task } from '../manifest.ts'
import type { Row } from '../row.ts'
import { qualityOf } from './quality.ts'
import { type Columns, rowsFrom, type Sample } from './sample.ts'

/** What the model loses when a feature's values are dealt out among the rows at random. */
export type FeatureImportance = {
  readonly feature: string
  /** Mean loss of quality (AUC or accuracy down, RMSE up) over the repeats; about 0 or below for a feature the model does not need. */
  readonly loss: number
  readonly standardDeviation: number
}

/** The model's outputs for rows, flat, row after row. */
export type ScoreRows = (rows: readonly Row[]) => Promise<ArrayLike<number>>

export type ImportanceOptions = Sample & {
  readonly table: FeatureTable
  readonly task: Task
  readonly score: ScoreRows
  readonly random: () => number
  readonly repeats?: number
  /** Taken at random where there are more. */
  readonly mostRows?: number
}

/** Permutation importance of every feature, most important first. */
export async function permutationImportance(options: ImportanceOptions): Promise<FeatureImportance[]> {
  const { table, task, score, random, repeats = 5 } = options
  const all = Uint32Array.from(options.targets, (_, place) => place)
  const places =
    all.length > (options.mostRows ?? 5000) ? shuffled(all, random).subarray(0, options.mostRows ?? 5000) : all
  const rows = rowsFrom(options.columns, places)
  const targets = Float64Array.from(places, place => options.targets[place] as number)
  const sign = task.kind === 'regression' ? -1 : 1
  const whole = qualityOf(task, targets, await score(rows))

  const found: FeatureImportance[] = []
  for (const [index, { name }] of table.entries()) {
    const losses: number[] = []
    for (let repeat = 0; repeat < repeats; repeat++) {
      const order = shuffled(
        Uint32Array.from(rows, (_, row) => row),
        random,
      )
      const dealt = rows.map((row, at) => row.with(index, rows[order[at] as number]?.[index] as number))
      losses.push(sign * (whole - qualityOf(task, targets, await score(dealt))))
    }
    const loss = losses.reduce((sum, value) => sum + value, 0) / repeats
    const variance = losses.reduce((sum, value) => sum + (value - loss) ** 2, 0) / Math.max(1, repeats - 1)
    found.push({ feature: name, loss, standardDeviation: Math.sqrt(variance) })
  }
  return found.toSorted((a, b) => b.loss - a.loss)
}

/** Fisher and Yates, in place. */
function shuffled(places: Uint32Array, random: () => number): Uint32Array {
  for (let last = places.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1))
    const kept = places[last] as number
    places[last] = places[other] as number
    places[other] = kept
  }
  return places
}

/** A linear model's weight for one column of `columnsOf`. */
export type Coefficient = {
  readonly column: string
  readonly feature: string
  readonly value: number
  /** Factor by which one unit more multiplies the odds; absent for regression. */
  readonly oddsRatio?: number
  /** Of a number: the weight times the column's standard deviation, which can be compared between columns. */
  readonly perDeviation?: number
  /** Of a category: the rows that have the value. */
  readonly rows?: number
}

/** Describes the weights of a linear model over the rows it was trained on, in column order. */
export function describeCoefficients(
  table: FeatureTable,
  weights: ArrayLike<number>,
  columns: Columns,
  odds: boolean,
): Coefficient[] {
  const names = columnsOf(table)
  let at = 0
  return table.flatMap((feature, index) => {
    const column = columns[index] as ArrayLike<number>
    const slots = feature.kind === 'number' ? [undefined] : feature.values.map((_, slot) => slot)
    return slots.map(slot => {
      const value = weights[at] as number
      const described = {
        column: names[at++] as string,
        feature: feature.name,
        value,
        ...(odds ? { oddsRatio: Math.exp(value) } : {}),
      }
      return slot === undefined
        ? { ...described, perDeviation: value * standardDeviation(column) }
        : { ...described, rows: countOf(column, slot) }
    })
  })
}

export function standardDeviation(values: ArrayLike<number>): number {
  let mean = 0
  let spread = 0
  for (let index = 0; index < values.length; index++) {
    const step = (values[index] as number) - mean
    mean += step / (index + 1)
    spread += step * ((values[index] as number) - mean)
  }
  return Math.sqrt(spread / values.length)
}

function countOf(column: ArrayLike<number>, slot: number): number {
  let count = 0
  for (let row = 0; row < column.length; row++) if (column[row] === slot) count++
  return count
}
