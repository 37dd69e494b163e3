import type { CategoryFeature } from '../feature-table.ts'
import type { Task } from '../manifest.ts'
import { type Histogram, histogramBy, quantileEdgesOfSorted, roundEdges, upperBound } from './histogram.ts'
import { standardDeviation } from './importance.ts'
import { correlation, mutualInformation } from './information.ts'
import { quantile } from './intervals.ts'
import { mean } from './sample.ts'

/** What the training rows say about a feature and its relation to the target. */
export type FeatureProfile = NumberProfile | CategoryProfile

type ProfileHead = {
  readonly feature: string
  readonly rows: number
  /** Cells that were blank in the source, before they were filled. */
  readonly missing: number
  readonly distinct: number
  /** With the target, in nats. Numbers, and a numeric target, are taken in 20 bins of equal size. */
  readonly mutualInformation: number
  /** What should be looked at before such a model is trusted. */
  readonly warnings: readonly ProfileWarning[]
}

export type ProfileWarning = { readonly code: 'constant' | 'leak' | 'identifier'; readonly message: string }

export type NumberProfile = ProfileHead & {
  readonly kind: 'number'
  readonly minimum: number
  readonly median: number
  readonly maximum: number
  readonly mean: number
  readonly standardDeviation: number
  /** Pearson's, with the target (binary: 1 for the positive class); absent for more classes and where it is not defined. */
  readonly correlation?: number
  /** Counts by class; one group for regression. */
  readonly histogram: Histogram
}

export type CategoryProfile = ProfileHead & { readonly kind: 'category'; readonly values: readonly ValueProfile[] }

export type ValueProfile = {
  readonly value: string
  readonly rows: number
  /** Rows by class; absent for regression. */
  readonly counts?: readonly number[]
  /** Positive share (binary) or mean of the target (regression). */
  readonly rate?: number
  /** Rate minus the rate of all rows. */
  readonly difference?: number
  /** Rate over the rate of all rows; absent for regression. */
  readonly riskRatio?: number
}

/** Bins of equal size in which numbers are taken where categories are wanted. */
export const BINS = 20

/** The target of the rows a profile is of. */
export type Target = {
  readonly task: Task
  readonly values: ArrayLike<number>
  readonly groups: number
  readonly groupOf: (row: number) => number
  readonly rate?: number
}

type Head = { readonly feature: string; readonly rows: number; readonly missing: number }

/** Profiles a number. */
export function profileNumber(head: Head, column: ArrayLike<number>, target: Target): NumberProfile {
  const ascending = Float64Array.from(column).sort()
  const minimum = ascending[0] as number
  const maximum = ascending.at(-1) as number
  let distinct = 0
  for (let row = 0; row < ascending.length; row++) if (ascending[row] !== ascending[row - 1]) distinct++
  const edges = quantileEdgesOfSorted(ascending, BINS)
  const together = target.task.kind === 'multiclass' ? Number.NaN : correlation(column, target.values)
  const grouped = target.task.kind !== 'regression'
  return {
    ...head,
    kind: 'number',
    distinct,
    minimum,
    median: quantile(ascending, 0.5),
    maximum,
    mean: mean(column),
    standardDeviation: standardDeviation(column),
    mutualInformation: mutualInformation(
      countTable(edges.length + 1, target, row => upperBound(edges, column[row] as number), head.rows),
    ),
    ...(Number.isNaN(together) ? {} : { correlation: together }),
    histogram: histogramBy(
      column,
      distinct <= BINS && Number.isInteger(minimum) && maximum - minimum < BINS && ascending.every(Number.isInteger)
        ? Array.from({ length: maximum - minimum + 2 }, (_, step) => minimum + step)
        : roundEdges(minimum, maximum, BINS),
      grouped ? target.groups : 1,
      grouped ? target.groupOf : () => 0,
    ),
    warnings: distinct === 1 ? [constant(`${head.feature} is ${minimum} in every row`)] : [],
  }
}

/** Profiles a category. */
export function profileCategory(
  feature: CategoryFeature,
  head: Head,
  column: ArrayLike<number>,
  target: Target,
): CategoryProfile {
  const names = [...feature.values.map(({ value }) => value), '(unknown)']
  const table = countTable(
    names.length,
    target,
    row => {
      const slot = column[row] as number
      return slot < 0 ? names.length - 1 : slot
    },
    head.rows,
  )
  const sums = new Float64Array(names.length)
  for (let row = 0; row < head.rows; row++) {
    const slot = column[row] as number
    const at = slot < 0 ? names.length - 1 : slot
    sums[at] = (sums[at] as number) + (target.values[row] as number)
  }
  const values = names.flatMap((value, at): ValueProfile[] => {
    const counts = table[at] as number[]
    const rows = counts.reduce((sum, count) => sum + count, 0)
    if (rows === 0) return []
    const rate = target.rate === undefined ? undefined : (sums[at] as number) / rows
    return [
      {
        value,
        rows,
        ...(target.task.kind === 'regression' ? {} : { counts }),
        ...(rate === undefined || target.rate === undefined ? {} : { rate, difference: rate - target.rate }),
        ...(rate === undefined || target.rate === undefined || target.task.kind !== 'binary' || target.rate === 0
          ? {}
          : { riskRatio: rate / target.rate }),
      },
    ]
  })
  const warnings: ProfileWarning[] = []
  if (values.length === 1) warnings.push(constant(`${head.feature} is "${values[0]?.value}" in every row`))
  if (values.length > 20 && values.length > head.rows / 2)
    warnings.push({
      code: 'identifier',
      message: `${head.feature} has ${values.length} values in ${head.rows} rows: it names rows and cannot be learned from; drop it`,
    })
  return {
    ...head,
    kind: 'category',
    distinct: values.length,
    mutualInformation: mutualInformation(table.filter(counts => counts.some(count => count > 0))),
    values,
    warnings,
  }
}

/** `table[group of the feature][group of the target]`: rows. */
export function countTable(groups: number, target: Target, groupOf: (row: number) => number, rows: number): number[][] {
  const table = Array.from({ length: groups }, () => new Array<number>(target.groups).fill(0))
  for (let row = 0; row < rows; row++) {
    const counts = table[groupOf(row)] as number[]
    const at = target.groupOf(row)
    counts[at] = (counts[at] as number) + 1
  }
  return table
}

function constant(sentence: string): ProfileWarning {
  return { code: 'constant', message: `${sentence}: nothing can be learned from it` }
}
