import { InvalidDataError } from '../errors.ts'
import type { FeatureTable } from '../feature-table.ts'
import { shown } from '../issue.ts'
import { nearest } from '../nearest.ts'
import { normalise } from '../normalise.ts'
import { addedColumns } from './block.ts'

export type ColumnOptions = {
  /** The model's name for columns that a file calls otherwise, by the file's name. */
  readonly map?: Readonly<Record<string, string>>
  /** The column that names rows in the errors file. */
  readonly id?: string
  /** Contributions that a row gains beside its score, the largest first; none by default. */
  readonly explain?: number
}

export type ColumnMatch = {
  /** The feature's index for each column of the file, −1 for those that are only carried along. */
  readonly features: readonly number[]
  /** −1: none. */
  readonly id: number
}

/** Finds the model's features among a file's columns, in whatever order and spelling. Throws one `invalid_data` that names all that is missing, doubled or misnamed, and where the names stand. */
export function matchColumns(
  at: { readonly source: string; readonly line?: number },
  columns: readonly string[],
  table: FeatureTable,
  { map = {}, id, explain }: ColumnOptions,
): ColumnMatch {
  const problems: string[] = []
  const normalised = columns.map(normalise)
  const find = (column: string, flag: string): number => {
    const exact = columns.indexOf(column)
    const index = exact >= 0 ? exact : normalised.indexOf(normalise(column))
    if (index < 0)
      problems.push(`${flag}: the file has no column ${shown(column)}${hint(normalise(column), normalised)}`)
    return index
  }

  const names = [...normalised]
  for (const [old, feature] of Object.entries(map)) {
    const index = find(old, '--map')
    if (!table.some(({ name }) => name === normalise(feature)))
      problems.push(
        `--map: the model has no feature ${shown(feature)}${hint(
          normalise(feature),
          table.map(({ name }) => name),
        )}`,
      )
    else if (index >= 0) names[index] = normalise(feature)
  }
  const idColumn = id === undefined ? -1 : find(id, '--id')

  const indexOf = new Map(table.map(({ name }, index) => [name, index]))
  const features = names.map(name => indexOf.get(name) ?? -1)
  table.forEach((feature, index) => {
    const first = features.indexOf(index)
    const second = features.indexOf(index, first + 1)
    if (second >= 0)
      problems.push(`${feature.name} is given twice, by ${shown(columns[first])} and ${shown(columns[second])}`)
    if (first >= 0 || feature.default !== undefined) return
    const spare = names.filter((_, column) => features[column] === -1)
    const near = nearest(feature.name, spare)
    problems.push(
      `there is no column ${feature.name}${near === undefined ? '' : `; is it "${columns[names.indexOf(near)]}"? Then rename it, or say --map ${columns[names.indexOf(near)]}=${feature.name}`}`,
    )
  })
  for (const added of addedColumns(explain))
    if (normalised.includes(added))
      problems.push(`there is a column ${added} already, which the scores would be written to; rename it`)
  if (problems.length > 0) throw new InvalidDataError(at, problems.join('; '))
  return { features, id: idColumn }
}

function hint(name: string, names: readonly string[]): string {
  const near = nearest(name, names)
  return near === undefined ? '' : `; did you mean "${near}"?`
}
