import { compilePreprocess } from '../preprocess.ts'
import { type Dataset, readRow } from './dataset.ts'

/**
 * Rows of a dataset as the learner sees them: the model's columns, encoded by the code that serves.
 * Rows are encoded when they are asked for: as a matrix, ten million rows would not fit in memory.
 */
export type Design = {
  readonly rowCount: number
  readonly width: number
  /** Class index or number of one row. */
  target(row: number): number
  /** Writes the columns of one row that are not 0, and answers how many. More than half of a one-hot row is zeros. */
  gather(row: number, columns: Int32Array, values: Float64Array): number
}

export function createDesign(dataset: Dataset, rows: Uint32Array): Design {
  const { width, write } = compilePreprocess(dataset.table)
  const slots: number[] = []
  const encoded = new Float64Array(width)

  return {
    rowCount: rows.length,
    width,
    target: row => dataset.targets[rows[row] as number] as number,
    gather(row, columns, values) {
      readRow(dataset, rows[row] as number, slots)
      write(slots, encoded, 0)
      let count = 0
      for (let column = 0; column < width; column++) {
        const value = encoded[column] as number
        if (value === 0) continue
        columns[count] = column
        values[count++] = value
      }
      return count
    },
  }
}
