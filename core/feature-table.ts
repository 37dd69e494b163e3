import { InvalidFeatureTableError } from './errors.ts'
import { normalise } from './normalise.ts'

/** What a feature says about itself to people; none of it changes a score. */
type Presentation = {
  readonly title?: string
  readonly description?: string
  readonly group?: string
  /** Whether someone could act on it: a contract can be changed, an age cannot. */
  readonly actionable?: boolean
}

export type NumberFeature = Presentation & {
  readonly kind: 'number'
  /** Normalised (see `normalise`), unique in its table. */
  readonly name: string
  readonly unit?: string
  readonly integer?: boolean
  /** Inclusive bounds. */
  readonly minimum?: number
  readonly maximum?: number
  /** Taken when the field is absent; without it an absent field is an issue. */
  readonly default?: number
  /** Taken for null, empty and blank; without it those are an issue. */
  readonly missing?: { readonly fill: number }
}

export type CategoryFeature = Presentation & {
  readonly kind: 'category'
  readonly name: string
  /** Normalised values in the order of their columns. */
  readonly values: readonly CategoryValue[]
  /** A value not listed is an issue (`reject`, the default), counts as the listed value `other`, or sets no column (`zeros`). */
  readonly unknown?: 'reject' | 'other' | 'zeros'
  readonly default?: string
  readonly missing?: { readonly fill: string }
}

export type CategoryValue = { readonly value: string; readonly label?: string }

export type Feature = NumberFeature | CategoryFeature

/** The one description of a model's rows, in column order: validation, encoding, JSON Schema, forms and file mapping derive from it. */
export type FeatureTable = readonly Feature[]

/** The model's columns: a number is one column under its name, a category one column `name=value` for each value. */
export function columnsOf(table: FeatureTable): string[] {
  return table.flatMap(feature =>
    feature.kind === 'number' ? [feature.name] : feature.values.map(({ value }) => `${feature.name}=${value}`),
  )
}

/** Checks that a table contradicts nothing: normalised unique names and values, bounds in order, defaults and fills allowed by their own feature. */
export function assertFeatureTable(table: FeatureTable): void {
  const problems: string[] = []
  const names = new Set<string>()
  for (const feature of table) {
    const at = `feature "${feature.name}"`
    if (feature.name === '' || feature.name !== normalise(feature.name))
      problems.push(`${at}: a name is trimmed, lower case, without spaces; write "${normalise(feature.name)}"`)
    if (feature.name in {}) problems.push(`${at}: the name is reserved by JavaScript objects`)
    if (names.has(feature.name)) problems.push(`${at}: given twice`)
    names.add(feature.name)
    problems.push(
      ...(feature.kind === 'number' ? numberProblems(feature) : categoryProblems(feature)).map(
        problem => `${at}: ${problem}`,
      ),
    )
  }
  if (table.length === 0) problems.push('a feature table needs at least one feature')
  if (problems.length > 0) throw new InvalidFeatureTableError(problems)
}

function numberProblems(feature: NumberFeature): string[] {
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = feature
  const problems = minimum > maximum ? [`minimum ${minimum} is above maximum ${maximum}`] : []
  for (const [role, value] of [
    ['default', feature.default],
    ['missing.fill', feature.missing?.fill],
  ] as const) {
    if (value === undefined) continue
    if (!(value >= minimum && value <= maximum)) problems.push(`${role} ${value} is outside ${minimum} to ${maximum}`)
    if (feature.integer && !Number.isInteger(value)) problems.push(`${role} ${value} is not an integer`)
  }
  return problems
}

function categoryProblems(feature: CategoryFeature): string[] {
  const values = feature.values.map(({ value }) => value)
  const problems = values.length === 0 ? ['a category needs at least one value'] : []
  for (const value of values)
    if (value !== normalise(value)) problems.push(`value "${value}" is not normalised; write "${normalise(value)}"`)
  if (new Set(values).size < values.length) problems.push('a value is given twice')
  for (const [role, value] of [
    ['default', feature.default],
    ['missing.fill', feature.missing?.fill],
    ['unknown', feature.unknown === 'other' ? 'other' : undefined],
  ] as const)
    if (value !== undefined && !values.includes(value))
      problems.push(`${role} "${value}" is not one of ${values.join(', ')}`)
  return problems
}
