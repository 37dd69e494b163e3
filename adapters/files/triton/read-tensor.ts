import { nearest, shown, type TensorDescription, type TensorType } from '@scaling-mlops/core'
import { lastOf, textOf, wholesOf } from './fields.ts'
import type { Message } from './text-format.ts'

/** Element types by Triton's names, but for those that ONNX Runtime has none for. */
const TYPES: Readonly<Record<string, TensorType>> = {
  TYPE_BOOL: 'bool',
  TYPE_UINT8: 'uint8',
  TYPE_UINT16: 'uint16',
  TYPE_UINT32: 'uint32',
  TYPE_UINT64: 'uint64',
  TYPE_INT8: 'int8',
  TYPE_INT16: 'int16',
  TYPE_INT32: 'int32',
  TYPE_INT64: 'int64',
  TYPE_FP16: 'float16',
  TYPE_FP32: 'float32',
  TYPE_FP64: 'float64',
  TYPE_STRING: 'string',
}

/** An entry of `input` or `output`, its shape with the batch. Throws a SyntaxError that names the tensor. */
export function readTensor(tensor: Message, field: 'input' | 'output', isBatched: boolean): TensorDescription {
  const name = textOf(tensor, 'name')
  if (name === undefined || name === '') throw new SyntaxError(`an entry of ${field} has no name`)
  const reshaped = lastOf(tensor, 'reshape')
  if (reshaped !== undefined)
    throw new SyntaxError(
      `line ${reshaped.line}: reshape of ${field} "${name}" is not served here; give dims as the graph has them`,
    )
  const given = textOf(tensor, 'data_type') ?? 'none'
  const type = TYPES[given]
  if (type === undefined) {
    const near = nearest(given, Object.keys(TYPES))
    throw new SyntaxError(
      `line ${lastOf(tensor, 'data_type')?.line ?? lastOf(tensor, 'name')?.line}: data_type of ${field} "${name}" must be one of ${Object.keys(TYPES).join(', ')}; got ${shown(given)}${near === undefined ? '' : `; did you mean ${near}?`}`,
    )
  }
  const dims = wholesOf(tensor, 'dims', -1)
  return { name, type, shape: isBatched ? [-1, ...dims] : dims }
}
