import { shown } from '../issue.ts'
import type { TensorData } from '../ports/model.ts'
import type { Datatype } from './datatype.ts'
import { invalidTensor } from './inference-tensor.ts'

type Place = { readonly name: string; readonly datatype: Datatype; readonly count: number }

/**
 * Reads elements that came as values, nested or flat, as a tensor's data. `null` is a missing number; whole numbers of 64 bits may be
 * bigints. Throws `invalid_tensor` with the first element that its datatype does not take.
 */
export function readValues(values: unknown, place: Place): TensorData {
  const { name, datatype, count } = place
  if (datatype === 'FP16') throw invalidTensor(name, 'FP16 has no form in JSON; send it in binary')
  if (!Array.isArray(values)) throw invalidTensor(name, `data must be a list; got ${shown(values)}`)
  const flat = flatten(values, place)
  if (flat.length !== count) throw invalidTensor(name, `its shape has ${count} elements, its data ${flat.length}`)
  const wrong = (value: unknown, at: number): never => {
    throw invalidTensor(name, `element ${at} is ${shown(value)}; ${datatype} takes ${TAKES[datatype]}`)
  }
  switch (datatype) {
    case 'BYTES':
      return flat.map((value, at) => (typeof value === 'string' ? value : wrong(value, at)))
    case 'BOOL':
      return Uint8Array.from(flat, (value, at) =>
        value === true || value === 1 || value === 'true'
          ? 1
          : value === false || value === 0 || value === 'false'
            ? 0
            : wrong(value, at),
      )
    case 'FP32':
      return Float32Array.from(flat, (value, at) => numberFrom(value, Math.fround) ?? wrong(value, at))
    case 'FP64':
      return Float64Array.from(flat, (value, at) => numberFrom(value, Number) ?? wrong(value, at))
    case 'INT64':
      return BigInt64Array.from(flat, (value, at) => within(value, -(2n ** 63n), 2n ** 63n - 1n) ?? wrong(value, at))
    case 'UINT64':
      return BigUint64Array.from(flat, (value, at) => within(value, 0n, 2n ** 64n - 1n) ?? wrong(value, at))
    default: {
      const { make, least, most } = SMALL[datatype]
      return make(
        flat.map((value, at) =>
          typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
            ? value
            : wrong(value, at),
        ),
      )
    }
  }
}

/** Undefined where the number is too large for its datatype: it would arrive as infinity. */
function numberFrom(value: unknown, round: (value: number) => number): number | undefined {
  if (value === null) return Number.NaN
  if (typeof value !== 'number' && typeof value !== 'bigint') return undefined
  const number = round(Number(value))
  return Number.isFinite(number) ? number : undefined
}

function within(value: unknown, least: bigint, most: bigint): bigint | undefined {
  if (typeof value !== 'bigint' && !Number.isSafeInteger(value)) return undefined
  const whole = BigInt(value as bigint | number)
  return whole >= least && whole <= most ? whole : undefined
}

const SMALL = {
  INT8: { make: (values: readonly number[]) => Int8Array.from(values), least: -128, most: 127 },
  INT16: { make: (values: readonly number[]) => Int16Array.from(values), least: -32_768, most: 32_767 },
  INT32: { make: (values: readonly number[]) => Int32Array.from(values), least: -2_147_483_648, most: 2_147_483_647 },
  UINT8: { make: (values: readonly number[]) => Uint8Array.from(values), least: 0, most: 255 },
  UINT16: { make: (values: readonly number[]) => Uint16Array.from(values), least: 0, most: 65_535 },
  UINT32: { make: (values: readonly number[]) => Uint32Array.from(values), least: 0, most: 4_294_967_295 },
} as const

const TAKES: Readonly<Record<Exclude<Datatype, 'FP16'>, string>> = {
  BOOL: 'true and false',
  BYTES: 'texts',
  FP32: 'numbers up to 3.4e38',
  FP64: 'numbers up to 1.8e308',
  INT64: 'whole numbers of 64 bits',
  UINT64: 'whole numbers of 64 bits from 0 on',
  INT8: 'whole numbers from -128 to 127',
  INT16: 'whole numbers from -32768 to 32767',
  INT32: 'whole numbers from -2147483648 to 2147483647',
  UINT8: 'whole numbers from 0 to 255',
  UINT16: 'whole numbers from 0 to 65535',
  UINT32: 'whole numbers from 0 to 4294967295',
}

/** Deeper than any tensor, and shallow enough for the stack. */
const DEEPEST = 32

function flatten(values: readonly unknown[], { name, count }: Place): readonly unknown[] {
  if (!values.some(Array.isArray)) return values
  const flat: unknown[] = []
  const lengths: number[] = []
  const walk = (list: readonly unknown[], depth: number): void => {
    if (depth > DEEPEST) throw invalidTensor(name, `data is nested more than ${DEEPEST} lists deep`)
    lengths[depth] ??= list.length
    if (list.length !== lengths[depth])
      throw invalidTensor(name, `data has lists of ${lengths[depth]} and of ${list.length} elements side by side`)
    for (const value of list) {
      if (Array.isArray(value)) walk(value, depth + 1)
      else if (flat.push(value) > count) throw invalidTensor(name, `its shape has ${count} elements, its data more`)
    }
  }
  walk(values, 1)
  return flat
}
