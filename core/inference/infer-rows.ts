import type { Call } from '../call-queue.ts'
import { normalise } from '../normalise.ts'
import { rowsOfColumns } from '../rows-of-columns.ts'
import type { Rows } from '../servable.ts'
import { type InferenceTensor, invalidTensor, unknownTensor } from './inference-tensor.ts'
import { toOutputs } from './row-outputs.ts'

/** Inputs as columns of rows: one a feature, `[n]` or `[n, 1]`, NaN where a number is missing. */
export async function inferRows(
  { manifest, predict }: Rows,
  inputs: readonly InferenceTensor[],
  call: Call | undefined,
): Promise<readonly InferenceTensor[]> {
  const names = manifest.features.map(({ name }) => name)
  const columns = inputs.map(input => {
    if (!names.includes(normalise(input.name))) throw unknownTensor('input', input.name, names, manifest)
    return { name: input.name, cells: cellsOf(input) }
  })
  const count = columns[0]?.cells.length ?? 0
  for (const { name, cells } of columns)
    if (cells.length !== count)
      throw invalidTensor(name, `has ${cells.length} rows, input '${columns[0]?.name}' has ${count}`)
  return toOutputs(manifest.task, await predict(rowsOfColumns(columns, count), call))
}

function cellsOf({ name, shape, data, datatype }: InferenceTensor): readonly unknown[] {
  const isColumn = shape.length === 1 || (shape.length === 2 && shape[1] === 1)
  if (!isColumn) throw invalidTensor(name, `shape [${shape.join(',')}] is none of a column; send [n,1] or [n]`)
  if (datatype === 'FP16') throw invalidTensor(name, 'FP16 is too coarse for a feature; send FP64 or FP32')
  return Array.from(data as ArrayLike<string | number | bigint>, cell =>
    typeof cell === 'bigint' ? Number(cell) : Number.isNaN(cell) ? null : cell,
  )
}
