import type { FeatureTable, NumberFeature } from '../feature-table.ts'
import type { Row } from '../row.ts'
import type { Background, Range } from './background.ts'

/** One row with one field changed. */
export type Variation = { readonly feature: number; readonly value: number; readonly row: Row }

/** Rows that differ from one row in one field each: numbers over the range of the training, categories over all their values. Feature by feature, values ascending. */
export type Vary = (row: Row) => { readonly variations: readonly Variation[]; readonly isTruncated: boolean }

/** Steps over a number's range: fine where a decision may hang on it, fewer where a model has many fields. */
const STEPS = [
  { actionable: 100, others: 25 },
  { actionable: 25, others: 25 },
  { actionable: 10, others: 10 },
  { actionable: 4, others: 4 },
]

/** A what-if must stay cheaper than what it is asked beside. */
const MOST_ROWS = 2048
const MOST_CELLS = 2_000_000

export function compileVary(table: FeatureTable, { means, ranges }: Pick<Background, 'means' | 'ranges'>): Vary {
  const most = Math.min(MOST_ROWS, Math.floor(MOST_CELLS / Math.max(1, means.length)))
  const valuesOf = (row: Row, { actionable, others }: (typeof STEPS)[number]): number[][] =>
    table.map((feature, index) => {
      if (feature.kind === 'category') return feature.values.map((_, slot) => slot)
      return gridOf(feature, row[index] as number, ranges[index], feature.actionable ? actionable : others)
    })

  return row => {
    const fits = STEPS.map(steps => valuesOf(row, steps)).find(
      values => values.reduce((sum, { length }) => sum + length, 0) < most,
    )
    const values = fits ?? valuesOf(row, STEPS.at(-1) as (typeof STEPS)[number])
    const variations: Variation[] = []
    values.forEach((list, feature) => {
      // a field is varied in whole or not at all
      if (variations.length + list.length >= most) return
      for (const value of list) variations.push({ feature, value, row: row.with(feature, value) })
    })
    return { variations, isTruncated: fits === undefined }
  }
}

/** Round numbers over the training's range within the feature's bounds, and the row's own value among them. */
function gridOf({ integer, minimum, maximum }: NumberFeature, own: number, range: Range | undefined, steps: number) {
  if (range === undefined) return [own]
  const low = Math.max(minimum ?? Number.NEGATIVE_INFINITY, range.minimum)
  const high = Math.min(maximum ?? Number.POSITIVE_INFINITY, range.maximum)
  const step = integer ? Math.max(1, roundStep((high - low) / steps)) : roundStep((high - low) / steps)
  const grid = [low, own, high]
  if (step > 0)
    for (let at = Math.ceil(low / step); at * step < high; at++) grid.push(Number((at * step).toPrecision(12)))
  return [...new Set(grid)].filter(value => value === own || (value >= low && value <= high)).sort((a, b) => a - b)
}

/** The next of 1, 2, 5, 10, … times a power of ten; 0 for no range. */
function roundStep(step: number): number {
  if (!(step > 0 && step < Number.POSITIVE_INFINITY)) return 0
  const power = 10 ** Math.floor(Math.log10(step))
  return power * ([1, 2, 5].find(factor => factor * power >= step) ?? 10)
}
