import type { FeatureTable } from './feature-table.ts'
import { type Issue, shown } from './issue.ts'
import { nearest } from './nearest.ts'
import { normalise } from './normalise.ts'
import { createDirectReader } from './read-directly.ts'
import type { Row } from './row.ts'
import { compileSlot, type SlotReader } from './slot.ts'

export type Validation =
  | { readonly ok: true; readonly row: Row }
  | { readonly ok: false; readonly issues: readonly Issue[] }

export type Validate = (input: unknown) => Validation

/** Issues of one row are cut here: a body of a million wrong keys is refused as cheaply as one of a hundred. */
const MOST_UNKNOWN_FIELDS = 50

/** Compiles a table into its judge: never throws, and names all issues of a row at once. */
export function compileValidate(table: FeatureTable): Validate {
  const slots = table.map(compileSlot)
  const readDirectly = createDirectReader(slots)
  const indexOf = new Map(table.map((feature, index) => [feature.name, index]))

  return input => {
    if (typeof input !== 'object' || input === null || Array.isArray(input))
      return {
        ok: false,
        issues: [{ field: '', code: 'wrong_type', message: `a row is an object of fields; got ${shown(input)}` }],
      }
    const row = readDirectly(input as Fields)
    return row === undefined ? readWithIssues(input as Fields, slots, indexOf) : { ok: true, row }
  }
}

type Fields = Readonly<Record<string, unknown>>

function readWithIssues(input: Fields, slots: readonly SlotReader[], indexOf: ReadonlyMap<string, number>): Validation {
  const { values, issues } = assign(input, indexOf)
  const row = slots.map((slot, index) => {
    const read = values.has(index) ? slot.read(values.get(index)) : slot.absent()
    if (typeof read === 'number') return read
    issues.push(read)
    return 0
  })
  return issues.length === 0 ? { ok: true, row } : { ok: false, issues }
}

/** Gives every field to its feature by normalised name; what belongs to none, or to one that already has a field, is an issue. */
function assign(
  input: Fields,
  indexOf: ReadonlyMap<string, number>,
): { values: Map<number, unknown>; issues: Issue[] } {
  const values = new Map<number, unknown>()
  const issues: Issue[] = []
  let unknown = 0
  for (const key of Object.keys(input)) {
    const index = indexOf.get(key) ?? indexOf.get(normalise(key))
    if (index === undefined) {
      if (++unknown <= MOST_UNKNOWN_FIELDS) issues.push(unknownField(key, indexOf.keys()))
    } else if (values.has(index)) {
      issues.push({ field: key, code: 'duplicate_field', message: `${shown(key)} is given twice, in two spellings` })
    } else if (input[key] !== undefined) {
      values.set(index, input[key])
    }
  }
  const more = unknown - MOST_UNKNOWN_FIELDS
  if (more > 0)
    issues.push({ field: '', code: 'unknown_field', message: `${more} more fields are not known to the model` })
  return { values, issues }
}

function unknownField(key: string, names: Iterable<string>): Issue {
  const near = nearest(normalise(key), names)
  const hint = near === undefined ? '' : `; did you mean "${near}"?`
  const field = key.length > 60 ? `${key.slice(0, 60)}…` : key
  return {
    field,
    code: 'unknown_field',
    message: `${shown(key)} is not a field of this model${hint}`,
    ...(near === undefined ? {} : { nearest: near }),
  }
}
