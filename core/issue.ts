/** What is wrong with one field of a row, for people (`message`) and for programs (`code`, `allowed`, `nearest`). */
export type Issue = {
  /** The feature's name, or the name as given for a field the model does not know; empty where the row itself is not an object. */
  readonly field: string
  readonly code: IssueCode
  readonly message: string
  readonly allowed?: readonly string[]
  readonly nearest?: string
}

export type IssueCode =
  | 'missing'
  | 'empty'
  | 'unknown_field'
  | 'duplicate_field'
  | 'wrong_type'
  | 'not_an_integer'
  | 'not_finite'
  | 'too_small'
  | 'too_large'
  | 'not_allowed'

/** A value as an error message shows it: quoted, cut where it is long, never a whole nested document. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return `"${value.length > 60 ? `${value.slice(0, 60)}…` : value}"`
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'an object'
  return String(value)
}

/** One line of all issues, for people; cut where it would not be read. */
export function summarise(issues: readonly Issue[]): string {
  const first = issues.slice(0, 3).map(({ message }) => message)
  return first.join('; ') + (issues.length > first.length ? `; and ${issues.length - first.length} more` : '')
}
