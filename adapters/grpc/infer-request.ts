import { CoreError } from '@scaling-mlops/core'
import {
  countElements,
  type Datatype,
  type InferenceTensor,
  invalidTensor,
  isDatatype,
  readBinary,
  readValues,
} from '@scaling-mlops/core/inference'
import { CONTENTS } from './contents.ts'
import type { Contents, InferRequestMessage, Parameters } from './messages.ts'

/** A request for inference as it was read. */
export type InferRequest = {
  /** The caller's deadline in microseconds from its arrival. */
  readonly timeout: number | undefined
  readonly inputs: readonly InferenceTensor[]
  /** The outputs that are wanted, in their order; all where undefined. */
  readonly outputs: readonly string[] | undefined
  /** Whether the request was raw, as its answer then is. */
  readonly isRaw: boolean
}

const decoder = new TextDecoder('utf-8', { fatal: true })
const MOST_INPUTS = 10_000

/** Reads a request whose tensors are all raw, one entry an input in their order, or all typed. Throws `invalid_tensor`. */
export function readInferRequest({
  inputs,
  outputs,
  parameters,
  raw_input_contents: raw,
}: Pick<InferRequestMessage, 'inputs' | 'outputs' | 'parameters' | 'raw_input_contents'>): InferRequest {
  if (inputs.length === 0) throw new CoreError('invalid_tensor', 'a request needs inputs; got none')
  if (inputs.length > MOST_INPUTS)
    throw new CoreError('invalid_tensor', `a request has at most ${MOST_INPUTS} inputs; got ${inputs.length}`)
  const isRaw = raw.length > 0
  if (isRaw && raw.length !== inputs.length)
    throw new CoreError(
      'invalid_tensor',
      `raw_input_contents has ${raw.length} entries, the request ${inputs.length} inputs; one is needed for each`,
    )
  return {
    timeout: readTimeout(parameters),
    isRaw,
    inputs: inputs.map(({ name, datatype, shape, contents }, index) => {
      if (!isDatatype(datatype))
        throw invalidTensor(name, `datatype '${datatype.slice(0, 20)}' is none of the protocol's that can be served`)
      const lengths = shape.map(Number)
      const place = { name, datatype, shape: lengths, count: countElements(lengths, name) }
      if (!isRaw) return { ...place, data: readTyped(contents, place) }
      if (contents) throw invalidTensor(name, 'has contents beside raw_input_contents; send one of them')
      return { ...place, data: readBinary(raw[index] as Uint8Array, place, bytes => decode(bytes, name)) }
    }),
    outputs: outputs.length === 0 ? undefined : outputs.map(({ name }) => name),
  }
}

function readTyped(
  contents: Contents | null | undefined,
  place: { readonly name: string; readonly datatype: Datatype; readonly count: number },
): InferenceTensor['data'] {
  const { name, datatype, count } = place
  if (datatype === 'FP16') throw invalidTensor(name, 'FP16 has no typed contents; send it in raw_input_contents')
  const field = CONTENTS[datatype]
  const other = Object.entries(contents ?? {}).find(([key, values]) => key !== field && values.length > 0)
  if (other !== undefined) throw invalidTensor(name, `${datatype} is read from ${field}; got ${other[0]}`)
  const values = contents?.[field] ?? []
  if (values.length !== count)
    throw invalidTensor(name, `its shape has ${count} elements, its ${field} ${values.length}`)
  switch (datatype) {
    case 'BYTES':
      return values.map(value => decode(value as Uint8Array, name))
    // what is no number is missing here as in raw form
    case 'FP32':
      return Float32Array.from(values as readonly number[])
    case 'FP64':
      return Float64Array.from(values as readonly number[])
    case 'INT64':
    case 'UINT64':
      return readValues((values as readonly string[]).map(BigInt), place)
    default:
      return readValues(values, place)
  }
}

function readTimeout(parameters: Parameters): number | undefined {
  const { timeout } = parameters
  if (timeout === undefined) return undefined
  const microseconds = Number(timeout[timeout.parameter_choice ?? ''])
  const isWhole = timeout.parameter_choice === 'int64_param' || timeout.parameter_choice === 'uint64_param'
  if (isWhole && microseconds === 0) return undefined
  if (isWhole && Number.isSafeInteger(microseconds) && microseconds > 0) return microseconds
  throw new CoreError('invalid_tensor', 'the parameter timeout must be a whole number of microseconds in int64_param')
}

function decode(bytes: Uint8Array, name: string): string {
  try {
    return decoder.decode(bytes)
  } catch {
    throw invalidTensor(name, 'is not text in UTF-8')
  }
}
