import { columnsOf, type FeatureTable } from './feature-table.ts'
import type { Row } from './row.ts'

/** Writes rows as the model's columns: a number as itself, a category as one 1 among zeros. */
export type Preprocess = {
  /** Columns of one row. */
  readonly width: number
  /** Writes `row` into `target` from `offset` on, over whatever stood there: `width` cells in column order. */
  write(row: Row, target: Float32Array | Float64Array, offset: number): void
}

/** Compiles a table into its encoder. Training and serving call this very code, so that they cannot differ. */
export function compilePreprocess(table: FeatureTable): Preprocess {
  const width = columnsOf(table).length
  const isNumber = table.map(feature => feature.kind === 'number')
  const firstColumn: number[] = []
  let column = 0
  for (const feature of table) {
    firstColumn.push(column)
    column += feature.kind === 'number' ? 1 : feature.values.length
  }

  return {
    width,
    write(row, target, offset) {
      target.fill(0, offset, offset + width)
      for (let feature = 0; feature < isNumber.length; feature++) {
        const slot = row[feature] as number
        const at = offset + (firstColumn[feature] as number)
        if (isNumber[feature]) target[at] = slot
        else if (slot >= 0) target[at + slot] = 1
      }
    },
  }
}
