import type { FeatureTable } from '../feature-table.ts'
import type { TextCodec } from '../ports/text-codec.ts'
import { textOfCell } from './csv-cell.ts'
import type { CsvPlan } from './csv-plan.ts'
import type { Cells } from './csv-records.ts'

/** The cells of a record that the model reads, as they were written, by the names of their features. */
export function fieldsOfRecord(
  bytes: Uint8Array,
  cells: Cells,
  { features }: Pick<CsvPlan, 'features'>,
  table: FeatureTable,
  text: TextCodec,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    features.flatMap((feature, column) => {
      const name = table[feature]?.name
      return name === undefined ? [] : [[name, textOfCell(bytes, cells, column, text)]]
    }),
  )
}
