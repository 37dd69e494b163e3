import type { FeatureTable } from '../feature-table.ts'
import { compilePreprocess } from '../preprocess.ts'
import type { Row } from '../row.ts'
import { type Dataset, readRow } from './dataset.ts'
import type { Predictor } from './predictor.ts'

/** The trainer's outputs for some rows of a dataset, row after row. */
export function scoreRows(predictor: Predictor, dataset: Dataset, rows: Uint32Array): Float64Array {
  const slots: number[] = []
  return score(predictor, dataset.table, rows.length, index => {
    readRow(dataset, rows[index] as number, slots)
    return slots
  })
}

/** The trainer as a function from rows to outputs, row after row. */
export function scorerOf(predictor: Predictor, table: FeatureTable): (rows: readonly Row[]) => Promise<Float64Array> {
  return async rows => score(predictor, table, rows.length, index => rows[index] as Row)
}

/** Computed in 64 bits, from the 32-bit columns that the graph will see. */
function score(predictor: Predictor, table: FeatureTable, count: number, rowAt: (index: number) => Row): Float64Array {
  const { width, write } = compilePreprocess(table)
  const encoded = new Float32Array(width)
  const answer = new Float64Array(predictor.outputs)
  const scores = new Float64Array(count * predictor.outputs)
  for (let index = 0; index < count; index++) {
    write(rowAt(index), encoded, 0)
    predictor.score(encoded, 0, answer)
    scores.set(answer, index * predictor.outputs)
  }
  return scores
}
