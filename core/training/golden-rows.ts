import type { FeatureTable } from '../feature-table.ts'
import type { Golden } from '../golden.ts'
import { type Dataset, readRow } from './dataset.ts'
import { TOLERANCE } from './self-check.ts'

const GOLDEN_ROWS = 20

/** Up to 20 test rows spread evenly over the range of scores, with the trainer's outputs. */
export function goldenRows(dataset: Dataset, rows: Uint32Array, scores: Float64Array): Golden {
  const outputs = scores.length / rows.length
  const slots: number[] = []
  const known = Array.from(rows.keys()).filter(place => {
    readRow(dataset, rows[place] as number, slots)
    return slots.every((slot, feature) => dataset.table[feature]?.kind === 'number' || slot >= 0)
  })
  // equal scores are ordered by row number, so that the choice does not hang on how a sort treats them
  known.sort(
    (a, b) =>
      (scores[a * outputs] as number) - (scores[b * outputs] as number) || (rows[a] as number) - (rows[b] as number),
  )
  const count = Math.min(GOLDEN_ROWS, known.length)
  const chosen = Array.from({ length: count }, (_, index) =>
    count === 1 ? 0 : Math.round((index * (known.length - 1)) / (count - 1)),
  )
  return {
    tolerance: TOLERANCE,
    rows: chosen.map(at => {
      const place = known[at] as number
      readRow(dataset, rows[place] as number, slots)
      return {
        row: toRawRow(dataset.table, slots),
        output: Array.from(scores.subarray(place * outputs, (place + 1) * outputs)),
      }
    }),
  }
}

/** A row as a caller would send it: numbers as numbers, categories as their normalised values. */
export function toRawRow(table: FeatureTable, slots: readonly number[]): Record<string, number | string> {
  return Object.fromEntries(
    table.map((feature, index) => {
      const slot = slots[index] as number
      return [feature.name, feature.kind === 'number' ? slot : (feature.values[slot]?.value ?? '')]
    }),
  )
}
