import { CoreError } from '../errors.ts'
import { assertFeatureTable, columnsOf, type Feature } from '../feature-table.ts'
import type { InputColumns } from '../input-columns.ts'
import type { Manifest } from '../manifest.ts'
import { normalise } from '../normalise.ts'
import type { GraphDescription, GraphValue } from './graph-description.ts'

/** What somebody knows of a feature beside the graph: all of it may be absent but the name. */
export type KnownFeature = { readonly name: string; readonly kind?: Feature['kind'] } & Readonly<
  Record<string, unknown>
>

export type AdoptedFeatures = Pick<Manifest, 'features' | 'input'>

/** The feature table of a foreign graph, and how its features go into its inputs. Throws `invalid_feature_table` and says what to give where the graph does not tell enough. */
export function adoptFeatures(
  graph: GraphDescription,
  known: readonly KnownFeature[] | undefined,
  /** Columns of example rows: names where nobody gave any. */
  header: readonly string[] | undefined,
): AdoptedFeatures {
  const [only] = graph.inputs
  if (only === undefined) throw tooLittle('the graph has no input')
  const isPacked = graph.inputs.length === 1 && only.type === 'float32' && widthOf(only) !== 1
  return isPacked && !hasCategories(graph, only) ? adoptPacked(only, known, header) : adoptColumns(graph, known, header)
}

function adoptPacked(
  { name, shape }: GraphValue,
  known: readonly KnownFeature[] | undefined,
  header: readonly string[] | undefined,
): AdoptedFeatures {
  const width = shape[1] ?? -1
  const given = known ?? (header?.length === width ? header.map(column => ({ name: column })) : undefined)
  if (given === undefined)
    throw tooLittle(
      `input "${name}" takes ${width === -1 ? 'columns' : `${width} columns`} that the graph has no names for: give them in their order with --features FILE, a JSON list like [{"name": "age", "kind": "number"}], or with --rows a CSV of just these columns`,
    )
  const features = given.map(feature => toFeature(feature, undefined, false))
  assertFeatureTable(features)
  const made = columnsOf(features).length
  if (width !== -1 && made !== width)
    throw tooLittle(
      `input "${name}" takes ${width} columns, the ${features.length} features given make ${made}; a number is one column, a category one for each of its values`,
    )
  return { features, input: name }
}

function adoptColumns(
  graph: GraphDescription,
  known: readonly KnownFeature[] = [],
  header: readonly string[] | undefined,
): AdoptedFeatures {
  const knownBy = new Map(known.map(feature => [normalise(feature.name), feature]))
  const features: Feature[] = []
  const input = graph.inputs.map((value): InputColumns => {
    const spellings: Record<string, readonly (string | number)[]> = {}
    const names = namesOf(value, graph, known, header).map(normalise)
    names.forEach((name, column) => {
      const categories = graph.categories[`${value.name}/${column}`]
      const knowledge = knownBy.get(name) ?? { name }
      const feature = toFeature({ ...knowledge, name }, categories, value.type === 'string')
      features.push(feature)
      if (feature.kind === 'category') spellings[name] = spellingOf(feature, categories)
    })
    return { name: value.name, features: names, ...(Object.keys(spellings).length > 0 ? { spellings } : {}) }
  })
  for (const { name } of known)
    if (!features.some(feature => feature.name === normalise(name)))
      throw tooLittle(
        `the graph has no input for the feature "${name}"; it has ${features.map(each => each.name).join(', ')}`,
      )
  assertFeatureTable(features)
  return { features, input }
}

/** One name per column: the input's own for a single one, else those of the features or the header where their number fits. */
function namesOf(
  value: GraphValue,
  { inputs }: GraphDescription,
  known: readonly KnownFeature[],
  header: readonly string[] | undefined,
): string[] {
  const width = widthOf(value)
  if (width === 1) return [value.name]
  if (inputs.length === 1 && known.length === width) return known.map(({ name }) => name)
  if (inputs.length === 1 && header?.length === width) return [...header]
  if (width === -1)
    throw tooLittle(`input "${value.name}" does not say how many columns it takes; export it with a fixed width`)
  return Array.from({ length: width }, (_, column) => `${value.name}_${column + 1}`)
}

function toFeature(
  known: KnownFeature,
  categories: readonly (string | number)[] | undefined,
  isText: boolean,
): Feature {
  const name = normalise(known.name)
  const values = known.values ?? categories?.map(value => ({ value: normalise(String(value)), label: String(value) }))
  const kind = known.kind ?? (values === undefined ? 'number' : 'category')
  if (kind === 'category' && values === undefined)
    throw tooLittle(
      `the category "${name}" needs its values: give them with --features as [{"name": "${name}", "values": [{"value": "…"}]}]`,
    )
  if (isText && kind === 'number')
    throw tooLittle(
      `"${name}" is a text whose values the graph does not tell: give them with --features as [{"name": "${name}", "values": [{"value": "…"}]}]`,
    )
  return { ...known, name, kind, ...(kind === 'category' ? { values } : {}) } as Feature
}

/** The graph's spelling of each value in the table's order; without encoders to read it from, the label or the value itself. */
function spellingOf(
  { values, name }: Extract<Feature, { kind: 'category' }>,
  categories: readonly (string | number)[] | undefined,
): readonly (string | number)[] {
  const bySpelling = new Map(categories?.map(value => [normalise(String(value)), value]))
  if (categories !== undefined && bySpelling.size < categories.length)
    throw tooLittle(
      `values of "${name}" differ only in case or blanks, which the server does not tell apart: ${categories.join(', ')}`,
    )
  return values.map(({ value, label }) => bySpelling.get(value) ?? label ?? value)
}

function hasCategories({ categories }: GraphDescription, { name }: GraphValue): boolean {
  return Object.keys(categories).some(key => key.startsWith(`${name}/`))
}

function widthOf({ shape }: GraphValue): number {
  return shape.length < 2 ? 1 : (shape[1] as number)
}

function tooLittle(message: string): CoreError {
  return new CoreError('invalid_feature_table', message)
}
