import { rowsOfColumns } from '@scaling-mlops/core'
import { HttpError } from './http-error.ts'

/** The four shapes that MLflow's scoring protocol knows; a body holds exactly one. */
const SHAPES = ['dataframe_split', 'dataframe_records', 'instances', 'inputs'] as const

type Document = Readonly<Record<string, unknown>>

/**
 * The rows of a scoring body: one of MLflow's shapes, or as SageMaker's callers send them, a row or a list of rows.
 * A row that is a list holds the model's features in their order. Throws `bad_request` where the shape itself is wrong;
 * the values are the validation's.
 */
export function rowsOf(body: unknown, features: readonly string[]): readonly unknown[] {
  if (Array.isArray(body)) return toRows('the body', body, features)
  if (!isDocument(body)) throw wrongShape('the body must be a JSON object or a list of rows')
  const [shape, ...others] = SHAPES.filter(name => Object.hasOwn(body, name))
  if (shape === undefined) {
    if (features.some(name => Object.hasOwn(body, name))) return [body]
    throw wrongShape("none of them is there, and none of the model's fields")
  }
  if (others.length > 0) throw wrongShape(`got ${[shape, ...others].join(' and ')}`)
  const value = body[shape]
  if (shape === 'dataframe_split') return fromSplit(value)
  if (shape === 'inputs' && isDocument(value)) return fromColumns(value)
  return toRows(shape, value, features)
}

function wrongShape(found: string): HttpError {
  return new HttpError(
    'bad_request',
    `The input must be a JSON dictionary with exactly one of ${SHAPES.join(', ')}, or rows by their fields' names: ${found}`,
  )
}

function toRows(where: string, value: unknown, features: readonly string[]): readonly unknown[] {
  if (!Array.isArray(value)) throw new HttpError('bad_request', `${where} must be a list of rows`)
  const toRow = rowReader(features)
  return value.map((row: unknown, index) => toRow(row, () => `${where}, row ${index + 1}`))
}

/** Reads rows as objects of fields: a list is the model's features in their order. */
export function rowReader(features: readonly string[]): (row: unknown, where: () => string) => unknown {
  const nameValues = namer(features)
  return (row, where) => (Array.isArray(row) ? nameValues(row, where) : row)
}

function fromSplit(value: unknown): readonly unknown[] {
  if (!isDocument(value) || !Array.isArray(value.columns) || !Array.isArray(value.data))
    throw new HttpError('bad_request', 'dataframe_split must be an object with the lists columns and data')
  const columns = value.columns.map((column: unknown, index) => {
    if (typeof column === 'string') return column
    throw new HttpError('bad_request', `dataframe_split: column ${index + 1} must be a name`)
  })
  const seen = new Set<string>()
  const twice = columns.find(column => seen.size === seen.add(column).size)
  if (twice !== undefined)
    throw new HttpError('bad_request', `dataframe_split: column "${twice.slice(0, 60)}" is there twice`)
  const nameValues = namer(columns)
  return value.data.map((row: unknown, index) => nameValues(row, () => `dataframe_split, row ${index + 1}`))
}

function fromColumns(document: Document): readonly unknown[] {
  const columns = Object.entries(document).map(([name, cells]) => {
    if (Array.isArray(cells)) return { name, cells: cells as readonly unknown[] }
    throw new HttpError('bad_request', `inputs: column "${name.slice(0, 60)}" must be a list of values`)
  })
  const length = columns[0]?.cells.length ?? 0
  const other = columns.find(({ cells }) => cells.length !== length)
  if (other)
    throw new HttpError(
      'bad_request',
      `inputs: column "${other.name.slice(0, 60)}" has ${other.cells.length} values, the first has ${length}`,
    )
  return rowsOfColumns(columns, length)
}

/** Gives lists of values their fields' names; as in `rowsOfColumns`, by copies of one object. */
function namer(names: readonly string[]): (values: unknown, where: () => string) => Document {
  const empty: Document = Object.fromEntries(names.map(name => [name, undefined]))
  return (values, where) => {
    if (!Array.isArray(values)) throw new HttpError('bad_request', `${where()} must be a list of values`)
    if (values.length !== names.length)
      throw new HttpError('bad_request', `${where()} has ${values.length} values; ${names.length} are expected`)
    const row: Record<string, unknown> = { ...empty }
    names.forEach((name, index) => {
      row[name] = values[index]
    })
    return row
  }
}

function isDocument(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
