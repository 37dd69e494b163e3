import { basename } from 'node:path'
import { readCsv } from '@scaling-mlops/adapters/csv'
import { compileValidate, type FeatureTable, InvalidDataError, normalise, summarise } from '@scaling-mlops/core'

/** Rows of a CSV as callers would send them, with the answers that the training library gave. */
export type GivenRows = {
  readonly header: readonly string[]
  readonly rows: readonly { readonly line: number; readonly cells: readonly string[] }[]
}

export async function readRows(path: string): Promise<GivenRows> {
  let header: readonly string[] = []
  const rows: { line: number; cells: readonly string[] }[] = []
  await readCsv(path, {
    header: cells => {
      header = [...cells]
    },
    record: (cells, line) => void rows.push({ line, cells: [...cells] }),
  })
  if (rows.length === 0) throw new InvalidDataError({ source: basename(path) }, 'there is no row below the header')
  return { header, rows }
}

export type AdoptedRow = { readonly row: Readonly<Record<string, unknown>>; readonly expected?: readonly number[] }

/** The features of each row, and the numbers in the expected columns; columns of neither are passed over. Throws `invalid_data` with the line of the first row that the model would refuse. */
export function toAdoptedRows(
  path: string,
  { header, rows }: GivenRows,
  features: FeatureTable,
  expected: readonly string[],
): AdoptedRow[] {
  const source = basename(path)
  const validate = compileValidate(features)
  const numbers = new Set(features.filter(({ kind }) => kind === 'number').map(({ name }) => name))
  const names = header.map(normalise)
  const wanted = new Set(features.map(({ name }) => name))
  const places = expected.map(column => {
    const place = names.indexOf(normalise(column))
    if (place < 0)
      throw new InvalidDataError({ source, line: 1 }, `there is no column "${column}"; there are ${header.join(', ')}`)
    return place
  })
  return rows.map(({ line, cells }) => {
    const row = Object.fromEntries(
      names.flatMap((name, place) => {
        const cell = cells[place] ?? ''
        const value = numbers.has(name) && cell.trim() !== '' && Number.isFinite(Number(cell)) ? Number(cell) : cell
        return wanted.has(name) ? [[name, value]] : []
      }),
    )
    const validation = validate(row)
    if (!validation.ok) throw new InvalidDataError({ source, line }, summarise(validation.issues))
    if (places.length === 0) return { row }
    return { row, expected: places.map(place => toNumber(cells[place], { source, line, column: header[place] ?? '' })) }
  })
}

function toNumber(cell: string | undefined, at: { source: string; line: number; column: string }): number {
  const number = Number(cell)
  if (cell === undefined || cell.trim() === '' || !Number.isFinite(number))
    throw new InvalidDataError(at, `an expected answer must be a number; got "${cell ?? ''}"`)
  return number
}
