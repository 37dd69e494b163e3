import { CoreError } from './errors.ts'
import type { Feature, FeatureTable } from './feature-table.ts'
import type { InputColumns } from './input-columns.ts'
import type { Manifest } from './manifest.ts'
import type { Model, Tensor, TensorDescription } from './ports/model.ts'
import { compilePreprocess } from './preprocess.ts'
import type { EncodedRow, Row } from './row.ts'

/** Rows as the tensors that a graph reads. `release` gives their memory back once the run is over; after a failed one it is not called, since that may still read them. */
export type Feed = (rows: readonly (Row | EncodedRow)[]) => {
  readonly inputs: Readonly<Record<string, Tensor>>
  readonly release: () => void
}

/** Compiles what a manifest says of its graph's inputs. Throws `invalid_manifest` where graph and manifest disagree. */
export function compileFeed({ input, features }: Manifest, model: Model): Feed {
  return typeof input === 'string' ? packedFeed(findInput(model, input), features) : columnsFeed(input, features, model)
}

/** Room of the smallest buffer, and of the largest that is kept for the next run. */
const MINIMUM_ROWS = 64
const KEPT_ROWS = 4096

function packedFeed({ name, type, shape }: TensorDescription, features: FeatureTable): Feed {
  const { width, write } = compilePreprocess(features)
  fits(type === 'float32', `input "${name}" must be float32, it is ${type}`)
  const columns = shape[1] ?? -1
  fits(columns === width || columns === -1, `input "${name}" has ${columns} columns, the feature table makes ${width}`)
  const buffers: Float32Array[] = []

  return rows => {
    const cells = rows.length * width
    let buffer = buffers.pop()
    if (buffer === undefined || buffer.length < cells) buffer = new Float32Array(Math.max(cells, width * MINIMUM_ROWS))
    const taken = buffer
    for (let index = 0; index < rows.length; index++) {
      const row = rows[index] as Row | EncodedRow
      if (row instanceof Float32Array) taken.set(row, index * width)
      else write(row, taken, index * width)
    }
    return {
      inputs: { [name]: { type: 'float32', shape: [rows.length, width], data: taken.subarray(0, cells) } },
      release() {
        if (taken.length <= width * KEPT_ROWS) buffers.push(taken)
      },
    }
  }
}

/** The value of one column in a row. */
type Column = (row: Row) => string | number

/** Stands for a category's value that the graph does not know; no list of values holds it. */
const UNKNOWN = '\uFFFD'

function columnsFeed(inputs: readonly InputColumns[], features: FeatureTable, model: Model): Feed {
  const taken = new Set(inputs.map(({ name }) => name))
  for (const { name } of model.inputs) fits(taken.has(name), `no feature goes into the graph's input "${name}"`)
  const placeOf = new Map(features.map(({ name }, place) => [name, place]))

  const writers = inputs.map(input => {
    const { name, type, shape } = findInput(model, input.name)
    const columns = input.features.flatMap(feature => {
      const place = placeOf.get(feature) as number
      return columnsOfFeature(features[place] as Feature, place, input.spellings?.[feature])
    })
    const declared = shape[1] ?? (shape.length === 1 ? 1 : -1)
    fits(
      declared === -1 || declared === columns.length,
      `input "${name}" has ${declared} columns, its features make ${columns.length}`,
    )
    const toTensor = tensorOf(name, type)
    return (rows: readonly (Row | EncodedRow)[]) => {
      const cells = rows.flatMap(row => columns.map(column => column(asRow(row))))
      return [name, toTensor(cells, shape.length === 1 ? [rows.length] : [rows.length, columns.length])] as const
    }
  })
  return rows => ({ inputs: Object.fromEntries(writers.map(write => write(rows))), release() {} })
}

function columnsOfFeature(feature: Feature, place: number, spelling: Cells | undefined): Column[] {
  if (feature.kind === 'number') return [row => row[place] as number]
  if (spelling !== undefined) return [row => spelling[row[place] as number] ?? UNKNOWN]
  return feature.values.map((_, index) => row => (row[place] === index ? 1 : 0))
}

function asRow(row: Row | EncodedRow): Row {
  if (row instanceof Float32Array)
    throw new CoreError('invalid_row', 'this model has no packed input; send its features, one input each')
  return row
}

type Cells = readonly (string | number)[]

function tensorOf(name: string, type: Tensor['type']): (cells: Cells, shape: number[]) => Tensor {
  switch (type) {
    case 'string':
      return (cells, shape) => ({ type, shape, data: cells.map(String) })
    case 'float32':
      return (cells, shape) => ({ type, shape, data: Float32Array.from(cells, Number) })
    case 'float64':
      return (cells, shape) => ({ type, shape, data: Float64Array.from(cells, Number) })
    case 'int32':
      return (cells, shape) => ({ type, shape, data: Int32Array.from(cells, Number) })
    case 'int64':
      return (cells, shape) => ({
        type,
        shape,
        data: BigInt64Array.from(cells, cell => BigInt(Math.trunc(Number(cell)))),
      })
    case 'bool':
      return (cells, shape) => ({ type, shape, data: Uint8Array.from(cells, cell => (Number(cell) === 0 ? 0 : 1)) })
    default:
      throw new CoreError('invalid_manifest', `input "${name}" is of type ${type}, which features cannot be written as`)
  }
}

function findInput(model: Model, wanted: string): TensorDescription {
  const found = model.inputs.find(({ name }) => name === wanted)
  if (found !== undefined) return found
  const names = model.inputs.map(({ name }) => name).join(', ')
  throw new CoreError('invalid_manifest', `the graph has no input "${wanted}"; it has ${names}`)
}

function fits(condition: boolean, message: string): void {
  if (!condition) throw new CoreError('invalid_manifest', message)
}
