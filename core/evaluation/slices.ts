import type { Feature, FeatureTable } from '../feature-table.ts'
import type { Task } from '../manifest.ts'
import { quantileEdges, upperBound } from './histogram.ts'
import { qualityOf } from './quality.ts'
import { mean, outputsPerRow, type Sample } from './sample.ts'

/** Rows that share a value of one feature, judged on their own. */
export type Slice = {
  readonly feature: string
  /** A category's value, or a quarter of a number's range as text ("9 to 29"). */
  readonly value: string
  readonly rows: number
  /** Positive share, or mean of the target; absent for more than two classes. */
  readonly actual?: number
  /** Mean output of the model, to be compared with `actual`. */
  readonly predicted?: number
  /** AUC, accuracy or RMSE; absent below 50 rows or where it is not defined. */
  readonly quality?: number
}

/** Fewer rows say too little about a slice to be judged by. */
export const LEAST_SLICE_ROWS = 50

/** Slices of every feature (or of those named), in table order; categories by value, numbers by quarters. Empty slices are left out. */
export function slicesOf(
  table: FeatureTable,
  task: Task,
  { columns, targets, outputs }: Sample & { readonly outputs: ArrayLike<number> },
  names: readonly string[] = table.map(feature => feature.name),
): Slice[] {
  const width = outputsPerRow(task)
  return table.flatMap((feature, index) => {
    if (!names.includes(feature.name)) return []
    const column = columns[index] as ArrayLike<number>
    const { labels, groupOf } = grouping(feature, column)
    const places = labels.map((): number[] => [])
    for (let row = 0; row < targets.length; row++) places[groupOf(column[row] as number)]?.push(row)
    return labels.flatMap((value, group) => {
      const rows = places[group] as number[]
      if (rows.length === 0) return []
      const truth = Float64Array.from(rows, row => targets[row] as number)
      const given = new Float64Array(rows.length * width)
      rows.forEach((row, at) => {
        for (let cell = 0; cell < width; cell++) given[at * width + cell] = outputs[row * width + cell] as number
      })
      const quality = rows.length < LEAST_SLICE_ROWS ? Number.NaN : qualityOf(task, truth, given)
      return {
        feature: feature.name,
        value,
        rows: rows.length,
        ...(task.kind === 'multiclass' ? {} : { actual: mean(truth), predicted: mean(given) }),
        ...(Number.isNaN(quality) ? {} : { quality }),
      }
    })
  })
}

function grouping(
  feature: Feature,
  column: ArrayLike<number>,
): { labels: readonly string[]; groupOf: (slot: number) => number } {
  if (feature.kind === 'category') {
    const labels = [...feature.values.map(({ value }) => value), '(unknown)']
    return { labels, groupOf: slot => (slot < 0 ? labels.length - 1 : slot) }
  }
  const edges = quantileEdges(column, 4)
  const few = fewValues(column)
  if (few !== undefined) return { labels: few.map(short), groupOf: slot => few.indexOf(slot) }
  const lows = [Math.min(...extremes(column)), ...edges]
  const labels = lows.map((low, index) =>
    index < edges.length ? `${short(low)} to below ${short(edges[index] as number)}` : `${short(low)} and more`,
  )
  return { labels: edges.length === 0 ? ['all'] : labels, groupOf: slot => upperBound(edges, slot) }
}

function extremes(values: ArrayLike<number>): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let index = 0; index < values.length; index++) {
    low = Math.min(low, values[index] as number)
    high = Math.max(high, values[index] as number)
  }
  return [low, high]
}

/** The values in ascending order where they are at most four different ones, a flag's 0 and 1 above all. */
function fewValues(values: ArrayLike<number>): number[] | undefined {
  const seen = new Set<number>()
  for (let row = 0; row < values.length; row++) if (seen.add(values[row] as number).size > 4) return undefined
  return [...seen].sort((a, b) => a - b)
}

function short(value: number): string {
  return String(Number(value.toPrecision(6)))
}
