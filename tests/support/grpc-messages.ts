import { aRow } from './churn.ts'

/** Customers as one input a feature; texts and doubles as a client writes them. */
const columns = (rows: readonly Readonly<Record<string, unknown>>[]) =>
  Object.keys(aRow()).map(name => {
    const values = rows.map(row => row[name])
    const isText = typeof values[0] === 'string'
    return {
      tensor: { name, shape: [rows.length, 1], datatype: isText ? 'BYTES' : 'FP64' },
      contents: isText
        ? { bytes_contents: values.map(value => Buffer.from(value as string)) }
        : { fp64_contents: values },
      raw: isText
        ? Buffer.concat(values.map(value => lengthAndText(value as string)))
        : Buffer.from(Float64Array.from(values as number[]).buffer),
    }
  })

function lengthAndText(text: string): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(Buffer.byteLength(text))
  return Buffer.concat([length, Buffer.from(text)])
}

/** A call with typed contents. */
export const typed = (rows: Parameters<typeof columns>[0]) => ({
  model_name: 'churn',
  inputs: columns(rows).map(({ tensor, contents }) => ({ ...tensor, contents })),
})

/** The same call with raw contents. */
export const raw = (rows: Parameters<typeof columns>[0]) => ({
  model_name: 'churn',
  inputs: columns(rows).map(({ tensor }) => tensor),
  raw_input_contents: columns(rows).map(({ raw }) => raw),
})
