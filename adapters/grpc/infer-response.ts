import { type InferenceTensor, writeBinary } from '@scaling-mlops/core/inference'
import { CONTENTS } from './contents.ts'

const encoder = new TextEncoder()
const encode = (text: string): Uint8Array => encoder.encode(text)

/** Writes outputs raw where the request was; half floats, which have no typed form, make the whole answer raw. */
export function writeOutputs(outputs: readonly InferenceTensor[], isRaw: boolean): object {
  if (isRaw || outputs.some(({ datatype }) => datatype === 'FP16'))
    return {
      outputs: outputs.map(({ name, datatype, shape }) => ({ name, datatype, shape })),
      // protobufjs writes a Buffer as bytes, whatever else it takes for a list
      raw_output_contents: outputs.map(({ data }) => Buffer.from(writeBinary(data, encode))),
    }
  return {
    outputs: outputs.map(({ name, datatype, shape, data }) => ({
      name,
      datatype,
      shape,
      contents: { [CONTENTS[datatype as keyof typeof CONTENTS]]: toValues(datatype, data) },
    })),
  }
}

function toValues(datatype: string, data: InferenceTensor['data']): readonly unknown[] {
  if (datatype === 'BYTES') return (data as readonly string[]).map(text => Buffer.from(text))
  if (datatype === 'BOOL') return Array.from(data as Uint8Array, value => value !== 0)
  return Array.from(data as ArrayLike<number | bigint>, value => (typeof value === 'bigint' ? String(value) : value))
}
