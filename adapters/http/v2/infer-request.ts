import { CoreError, shown } from '@scaling-mlops/core'
import {
  bytesPerElement,
  countElements,
  type InferenceTensor,
  invalidTensor,
  isDatatype,
  readBinary,
  readValues,
  type TensorMetadata,
} from '@scaling-mlops/core/inference'
import { HttpError } from '../http-error.ts'
import { parseEnvelope } from './parse-envelope.ts'

/** A request for inference as it was read. */
export type InferRequest = {
  readonly id: string | undefined
  /** The caller's deadline in microseconds from its arrival. */
  readonly timeout: number | undefined
  readonly inputs: readonly InferenceTensor[]
  /** The outputs that are wanted, in their order; all where undefined. */
  readonly outputs: readonly RequestedOutput[] | undefined
  /** Whether outputs that do not say so themselves are answered in binary. */
  readonly isBinary: boolean
}

type RequestedOutput = { readonly name: string; readonly isBinary: boolean | undefined }
type Fields = Readonly<Record<string, unknown>>

const decoder = new TextDecoder('utf-8', { fatal: true })
const MOST_INPUTS = 10_000

/**
 * Reads a body of the protocol. Whether it is JSON alone or JSON with tensors behind it is told by `Inference-Header-Content-Length`
 * and by nothing else: clients name any content type. Throws `invalid_tensor` or an HttpError that says what was expected and what came.
 */
export async function readInferRequest(body: Uint8Array, headerLength: string | undefined): Promise<InferRequest> {
  const length = readLength(headerLength, body.length)
  const envelope = await parseEnvelope(decodeText(body.subarray(0, length), 'the body'))
  const parameters = fieldsOf(envelope.parameters, 'parameters')
  const { inputs, outputs, id } = envelope
  if (!Array.isArray(inputs) || inputs.length === 0)
    throw new HttpError(
      'bad_request',
      'a request needs `inputs`, a list of tensors {"name", "shape", "datatype", "data"}',
    )
  if (inputs.length > MOST_INPUTS)
    throw new HttpError('bad_request', `a request has at most ${MOST_INPUTS} inputs; got ${inputs.length}`)
  if (outputs !== undefined && !Array.isArray(outputs))
    throw new HttpError('bad_request', '`outputs` must be a list of {"name"}')
  return {
    id: id === undefined || id === null ? undefined : String(id).slice(0, 1000),
    timeout: readTimeout(parameters.timeout),
    inputs: readInputs(inputs, body.subarray(length)),
    outputs: outputs?.map(readOutput),
    isBinary: parameters.binary_data_output === true,
  }
}

/** Reads a body that is the elements of a model's one input and nothing else; its one free length follows from theirs. */
export function readRawRequest(body: Uint8Array, { name, datatype, shape }: TensorMetadata): InferRequest {
  const free = shape.filter(length => length === -1).length
  const size = bytesPerElement(datatype)
  if (free > 1) throw invalidTensor(name, `its shape [${shape.join(',')}] cannot be told from bytes alone`)
  const fixed = shape.reduce((product, length) => (length === -1 ? product : product * length), 1)
  const rows = size === undefined ? 1 : body.length / (size * fixed)
  if (!Number.isInteger(rows))
    throw invalidTensor(name, `${body.length} bytes are no whole number of rows of ${(size ?? 1) * fixed} bytes`)
  const whole = shape.map(length => (length === -1 ? rows : length))
  const count = countElements(whole, name)
  const data = readBinary(body, { name, datatype, count }, bytes => decodeText(bytes, `input '${name}'`))
  return {
    id: undefined,
    timeout: undefined,
    inputs: [{ name, datatype, shape: whole, data }],
    outputs: undefined,
    isBinary: true,
  }
}

function readLength(header: string | undefined, bodyLength: number): number {
  if (header === undefined) return bodyLength
  const length = Number(header)
  if (/^\d+$/.test(header) && length <= bodyLength) return length
  throw new HttpError(
    'bad_request',
    `Inference-Header-Content-Length must be a whole number of bytes up to the body's ${bodyLength}; got "${header.slice(0, 40)}"`,
  )
}

function readInputs(inputs: readonly unknown[], tail: Uint8Array): InferenceTensor[] {
  let at = 0
  const tensors = inputs.map((given, index): InferenceTensor => {
    const { name, datatype, shape, data, parameters } = fieldsOf(given, `inputs[${index}]`)
    if (typeof name !== 'string' || name === '')
      throw new HttpError('bad_request', `inputs[${index}].name must be a text; got ${shown(name)}`)
    if (!isDatatype(datatype))
      throw invalidTensor(
        name,
        `datatype ${datatype === undefined ? 'is missing and' : shown(datatype)} is none of the protocol's that can be served`,
      )
    const count = countElements(shape, name)
    const place = { name, datatype, count, shape: shape as readonly number[] }
    const size = fieldsOf(parameters, `parameters of input '${name.slice(0, 60)}'`).binary_data_size
    if (size === undefined) {
      if (data === undefined) throw invalidTensor(name, 'has neither data nor the parameter binary_data_size')
      return { ...place, data: readValues(data, place) }
    }
    if (data !== undefined) throw invalidTensor(name, 'has both data and the parameter binary_data_size')
    if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0 || at + size > tail.length)
      throw invalidTensor(name, `binary_data_size is ${shown(size)}, ${tail.length - at} bytes are left of the body`)
    const bytes = tail.subarray(at, at + size)
    at += size
    return { ...place, data: readBinary(bytes, place, text => decodeText(text, `input '${name.slice(0, 60)}'`)) }
  })
  if (at !== tail.length)
    throw new HttpError('bad_request', `${tail.length - at} bytes behind the JSON belong to no input`)
  return tensors
}

function readOutput(given: unknown, index: number): RequestedOutput {
  const { name, parameters } = fieldsOf(given, `outputs[${index}]`)
  if (typeof name !== 'string') throw new HttpError('bad_request', `outputs[${index}].name must be a text`)
  const { binary_data: isBinary, classification } = fieldsOf(parameters, `parameters of output '${name.slice(0, 60)}'`)
  if (classification !== undefined)
    throw new HttpError(
      'not_supported',
      `output '${name.slice(0, 60)}': the classification extension is not served here`,
    )
  return { name, isBinary: typeof isBinary === 'boolean' ? isBinary : undefined }
}

function readTimeout(timeout: unknown): number | undefined {
  if (timeout === undefined || timeout === 0) return undefined
  if (typeof timeout === 'number' && Number.isSafeInteger(timeout) && timeout > 0) return timeout
  throw new HttpError(
    'bad_request',
    `the parameter timeout must be a whole number of microseconds; got ${shown(timeout)}`,
  )
}

function fieldsOf(value: unknown, at: string): Fields {
  if (value === undefined || value === null) return {}
  if (typeof value === 'object' && !Array.isArray(value)) return value as Fields
  throw new HttpError('bad_request', `${at} must be an object`)
}

function decodeText(bytes: Uint8Array, what: string): string {
  try {
    return decoder.decode(bytes)
  } catch {
    throw new CoreError('invalid_tensor', `${what} is not text in UTF-8`)
  }
}
