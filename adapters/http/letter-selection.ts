import { DEAD_LETTER_CODES, type DeadLetterCode, type DeadLetterFilter, nearest } from '@scaling-mlops/core'
import { HttpError } from './http-error.ts'

export type Selection = {
  readonly filter: DeadLetterFilter
  readonly limit: number
  readonly rate: number
  readonly dryRun: boolean
}

const KEYS = ['ids', 'filter', 'limit', 'rate', 'dryRun']
export const MOST_LETTERS = 1_000_000

/** Reads which letters are meant: by `ids` or by a `filter`, of which `{}` means all, so that an empty request touches nothing. */
export function readSelection(body: unknown): Selection {
  if (!isObject(body)) throw bad('send a JSON object with ids or filter')
  const unknown = Object.keys(body).find(key => !KEYS.includes(key))
  if (unknown !== undefined) throw bad(`"${unknown.slice(0, 60)}" is not known here; ${KEYS.join(', ')} are`)
  const { ids, filter, limit = MOST_LETTERS, rate = 50, dryRun = false } = body
  if ((ids === undefined) === (filter === undefined))
    throw bad('say which letters: either ids (a list) or filter (an object; {} for all)')
  if (typeof dryRun !== 'boolean') throw bad('dryRun must be true or false')
  return {
    filter: ids === undefined ? readFilter(filter) : { ids: readIds(ids) },
    limit: readWhole('limit', limit, 1, MOST_LETTERS),
    rate: readWhole('rate', rate, 1, 500),
    dryRun,
  }
}

/** Reads the filter and the page of a listing from its query. */
export function readListing(query: URLSearchParams): { readonly filter: DeadLetterFilter; readonly limit: number } {
  const known = ['limit', 'model', 'code', 'after']
  const unknown = [...query.keys()].find(key => !known.includes(key))
  if (unknown !== undefined) throw bad(`"${unknown.slice(0, 60)}" is not known here; ${known.join(', ')} are`)
  const after = query.get('after')
  if (after !== null && !/^\d{1,15}$/.test(after)) throw bad('after must be the "next" of a page before')
  const filter = Object.fromEntries(['model', 'code'].flatMap(key => (query.has(key) ? [[key, query.get(key)]] : [])))
  return {
    filter: { ...readFilter(filter), ...(after === null ? {} : { after }) },
    limit: readWhole('limit', Number(query.get('limit') ?? 100), 1, 1_000),
  }
}

function readFilter(filter: unknown): DeadLetterFilter {
  if (!isObject(filter)) throw bad('filter must be an object with model, code, both or neither')
  const { model, code, ...rest } = filter
  const [unknown] = Object.keys(rest)
  if (unknown !== undefined) throw bad(`a filter knows model and code, not "${unknown.slice(0, 60)}"`)
  if (model !== undefined && typeof model !== 'string') throw bad('the model of a filter must be a text')
  return { ...(model === undefined ? {} : { model }), ...(code === undefined ? {} : { code: readCode(code) }) }
}

function readCode(code: unknown): DeadLetterCode {
  const found = DEAD_LETTER_CODES.find(each => each === code)
  if (found !== undefined) return found
  const near = nearest(String(code), DEAD_LETTER_CODES)
  const hint = near === undefined ? '' : `; did you mean "${near}"?`
  throw bad(`code must be one of ${DEAD_LETTER_CODES.join(', ')}${hint}`)
}

function readIds(ids: unknown): readonly string[] {
  if (Array.isArray(ids) && ids.length > 0 && ids.every(id => typeof id === 'string')) return ids
  throw bad('ids must be a list of at least one text')
}

function readWhole(name: string, value: unknown, minimum: number, maximum: number): number {
  if (Number.isInteger(value) && Number(value) >= minimum && Number(value) <= maximum) return Number(value)
  throw bad(`${name} must be a whole number from ${minimum} to ${maximum}`)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function bad(message: string): HttpError {
  return new HttpError('bad_request', message)
}
