import type { Call } from '../call-queue.ts'
import { columnsOf } from '../feature-table.ts'
import type { Rows } from '../servable.ts'
import type { TensorMetadata } from './describe.ts'
import { type InferenceTensor, invalidTensor } from './inference-tensor.ts'
import { toOutputs } from './row-outputs.ts'

/** The graph's packed matrix: rows that are encoded already, in one batch with the others. Its numbers must be finite; nothing else is known of them. */
export async function inferPacked(
  { manifest, predictEncoded }: Rows,
  { name }: TensorMetadata,
  inputs: readonly InferenceTensor[],
  call: Call | undefined,
): Promise<readonly InferenceTensor[]> {
  const other = inputs.find(input => input.name !== name)
  if (other !== undefined) throw invalidTensor(other.name, `cannot be sent beside '${name}', which holds whole rows`)
  const [{ datatype, shape, data }] = inputs as [InferenceTensor]
  const columns = columnsOf(manifest.features)
  const { name: model, version } = manifest
  if (datatype !== 'FP32')
    throw invalidTensor(name, `datatype is ${datatype}, model '${model}' version ${version} expects FP32`)
  const [, width] = shape
  if (shape.length !== 2 || width !== columns.length)
    throw invalidTensor(
      name,
      `shape [${shape.join(',')}] has ${width ?? 0} elements in dimension 1, model '${model}' version ${version} expects ${columns.length}`,
    )
  const matrix = data as Float32Array
  const at = matrix.findIndex(value => !Number.isFinite(value))
  if (at !== -1)
    throw invalidTensor(
      name,
      `row ${Math.floor(at / columns.length)}, column '${columns[at % columns.length]}' is ${matrix[at]}; numbers must be finite`,
    )
  return toOutputs(manifest.task, await predictEncoded(matrix, call))
}
