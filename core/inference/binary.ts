import type { TensorData } from '../ports/model.ts'
import type { Datatype } from './datatype.ts'
import { invalidTensor } from './inference-tensor.ts'

type Storage = Exclude<TensorData, readonly string[]>

const STORAGE = {
  BOOL: Uint8Array,
  UINT8: Uint8Array,
  UINT16: Uint16Array,
  UINT32: Uint32Array,
  UINT64: BigUint64Array,
  INT8: Int8Array,
  INT16: Int16Array,
  INT32: Int32Array,
  INT64: BigInt64Array,
  FP16: Uint16Array,
  FP32: Float32Array,
  FP64: Float64Array,
} as const satisfies Record<Exclude<Datatype, 'BYTES'>, unknown>

/** Bytes of one element; undefined for BYTES, whose elements bring their own lengths. */
export function bytesPerElement(datatype: Datatype): number | undefined {
  return datatype === 'BYTES' ? undefined : STORAGE[datatype].BYTES_PER_ELEMENT
}

/** Reads a tensor's elements from the protocol's binary form: little-endian, row-major, texts behind their lengths in 32 bits. Throws `invalid_tensor`. */
export function readBinary(
  bytes: Uint8Array,
  { name, datatype, count }: { readonly name: string; readonly datatype: Datatype; readonly count: number },
  decode: (bytes: Uint8Array) => string,
): TensorData {
  if (datatype === 'BYTES') return readTexts(bytes, name, count, decode)
  const { BYTES_PER_ELEMENT: size } = STORAGE[datatype]
  if (bytes.length !== count * size)
    throw invalidTensor(name, `${count} elements of ${datatype} are ${count * size} bytes; got ${bytes.length}`)
  // a copy of its own: the place in the body is where it is, and typed arrays must begin at multiples of their size
  const data: Storage = new STORAGE[datatype](new Uint8Array(bytes).buffer)
  if (datatype === 'BOOL')
    for (const value of data)
      if (value !== 0 && value !== 1) throw invalidTensor(name, `BOOL takes the bytes 0 and 1; got ${value}`)
  return data
}

function readTexts(bytes: Uint8Array, name: string, count: number, decode: (bytes: Uint8Array) => string): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const texts: string[] = []
  let at = 0
  while (at < bytes.length) {
    const end = at + 4 <= bytes.length ? at + 4 + view.getUint32(at, true) : Number.POSITIVE_INFINITY
    if (end > bytes.length)
      throw invalidTensor(name, `element ${texts.length} of BYTES ends behind the tensor's ${bytes.length} bytes`)
    texts.push(decode(bytes.subarray(at + 4, end)))
    at = end
  }
  if (texts.length !== count) throw invalidTensor(name, `its shape has ${count} elements, its data ${texts.length}`)
  return texts
}

/** Writes a tensor's elements in the same form. */
export function writeBinary(data: TensorData, encode: (text: string) => Uint8Array): Uint8Array {
  if (!Array.isArray(data)) {
    const { buffer, byteOffset, byteLength } = data as Storage
    return new Uint8Array(buffer, byteOffset, byteLength)
  }
  const texts = (data as readonly string[]).map(encode)
  const bytes = new Uint8Array(texts.reduce((sum, text) => sum + 4 + text.length, 0))
  const view = new DataView(bytes.buffer)
  let at = 0
  for (const text of texts) {
    view.setUint32(at, text.length, true)
    bytes.set(text, at + 4)
    at += 4 + text.length
  }
  return bytes
}
