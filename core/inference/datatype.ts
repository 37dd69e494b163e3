import type { TensorType } from '../ports/model.ts'

/** Element types as the Open Inference Protocol names them, and as ONNX Runtime does. */
export const DATATYPES = {
  BOOL: 'bool',
  UINT8: 'uint8',
  UINT16: 'uint16',
  UINT32: 'uint32',
  UINT64: 'uint64',
  INT8: 'int8',
  INT16: 'int16',
  INT32: 'int32',
  INT64: 'int64',
  FP16: 'float16',
  FP32: 'float32',
  FP64: 'float64',
  BYTES: 'string',
} as const satisfies Record<string, TensorType>

export type Datatype = keyof typeof DATATYPES

const NAMES = new Map<TensorType, Datatype>(
  Object.entries(DATATYPES).map(([datatype, type]) => [type, datatype as Datatype]),
)

export function datatypeOf(type: TensorType): Datatype {
  return NAMES.get(type) as Datatype
}

export function isDatatype(value: unknown): value is Datatype {
  return typeof value === 'string' && Object.hasOwn(DATATYPES, value)
}
