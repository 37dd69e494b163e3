import type { Datatype } from '@scaling-mlops/core/inference'
import type { ContentsField } from './messages.ts'

/** Where the elements of each datatype are; FP16 has no place among them and is raw alone. */
export const CONTENTS = {
  BOOL: 'bool_contents',
  INT8: 'int_contents',
  INT16: 'int_contents',
  INT32: 'int_contents',
  INT64: 'int64_contents',
  UINT8: 'uint_contents',
  UINT16: 'uint_contents',
  UINT32: 'uint_contents',
  UINT64: 'uint64_contents',
  FP32: 'fp32_contents',
  FP64: 'fp64_contents',
  BYTES: 'bytes_contents',
} as const satisfies Record<Exclude<Datatype, 'FP16'>, ContentsField>
