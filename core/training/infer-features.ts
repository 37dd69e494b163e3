import { CoreError, InvalidDataError } from '../errors.ts'
import {
  assertFeatureTable,
  type CategoryFeature,
  type CategoryValue,
  type Feature,
  type FeatureTable,
  type NumberFeature,
} from '../feature-table.ts'
import { nearest } from '../nearest.ts'
import { normalise } from '../normalise.ts'
import { type ColumnSurvey, MOST_VALUES, type Survey } from './survey.ts'

/** What a person says about a feature; the rest is inferred from the data. */
export type DeclaredFeature = Partial<Omit<NumberFeature, 'kind'>> &
  Partial<Omit<CategoryFeature, 'kind' | 'default' | 'missing'>> & {
    readonly name: string
    readonly kind?: Feature['kind']
    readonly default?: number | string
    readonly missing?: { readonly fill: number | string }
  }

export type Inference = {
  readonly features: FeatureTable
  /** What a person should know of columns that are left out, each a sentence. */
  readonly remarks: readonly string[]
}

/** A column of this many different numbers is meant as numbers, even where a stray text stands among them. */
const FEW_NUMBERS = 20

/**
 * The feature table of a surveyed file, in the file's order: a number where the cells are numbers, else a category with its values sorted.
 * Blanks of numbers count as 0 unless declared otherwise. Throws where a declaration belongs to no column.
 */
export function inferFeatures(
  survey: Survey,
  options: {
    readonly target: string
    readonly drop: ReadonlySet<string>
    readonly declared: readonly DeclaredFeature[]
  },
): Inference {
  const declared = byName(options.declared, survey, options.target)
  const remarks: string[] = []
  const features: Feature[] = []
  for (const column of survey.columns) {
    if (column.name === options.target || options.drop.has(column.name)) continue
    const declaration = declared.get(column.name)
    const kind = declaration?.kind ?? (declaration?.values === undefined ? kindOf(column) : 'category')
    if (kind === 'category' && declaration?.values === undefined && column.values.size > MOST_VALUES) {
      remarks.push(
        `${column.name} is left out: more than ${MOST_VALUES} different texts are an identifier or free text`,
      )
      continue
    }
    features.push({ ...inferred(column, kind), ...declaration } as Feature)
  }
  assertFeatureTable(features)
  return { features, remarks }
}

/** The target as a feature of its own, so that its cells are read by the code that reads every other cell. */
export function inferTarget(
  survey: Survey,
  target: string,
  source: string,
  task?: 'binary' | 'multiclass' | 'regression',
): Feature {
  const column = survey.columns.find(({ name }) => name === target)
  if (column === undefined) {
    const names = survey.columns.map(({ name }) => name)
    const near = nearest(target, names)
    throw new InvalidDataError(
      { source },
      `no column is named "${target}"${near === undefined ? '' : `; did you mean "${near}"?`} The columns are ${names.slice(0, 40).join(', ')}`,
    )
  }
  const isNumber = kindOf(column) === 'number'
  const wholeFew = column.values.size <= 10 && [...column.values.keys()].every(value => Number.isInteger(Number(value)))
  if (task === 'regression' || (task === undefined && isNumber && column.values.size > 2 && !wholeFew))
    return { kind: 'number', name: target }
  if (column.values.size < 2)
    throw new InvalidDataError(
      { source, column: target },
      `every row has the same target (${[...column.values.keys()].join('') || 'blank'}); a classifier needs at least two classes`,
    )
  if (column.values.size > MOST_CLASSES)
    throw new InvalidDataError(
      { source, column: target },
      `more than ${MOST_CLASSES} different targets; choose a column of classes, or --task regression for a number`,
    )
  if (task === 'binary' && column.values.size > 2)
    throw new InvalidDataError(
      { source, column: target },
      `a binary target has two values; found ${[...column.values.keys()].join(', ')}`,
    )
  return { kind: 'category', name: target, values: sortedValues(column) }
}

const MOST_CLASSES = 100

function kindOf(column: ColumnSurvey): Feature['kind'] {
  if (column.texts === 0) return 'number'
  const meantAsNumbers = column.numbers >= 0.9 * (column.numbers + column.texts) && column.values.size > FEW_NUMBERS
  return meantAsNumbers ? 'number' : 'category'
}

function inferred(column: ColumnSurvey, kind: Feature['kind']): Feature {
  const { name, title } = column
  if (kind === 'number') return { kind, name, title, ...(column.blanks > 0 ? { missing: { fill: 0 } } : {}) }
  return { kind, name, title, values: sortedValues(column) }
}

/** Numbers by size, texts by letters; a value's label is the file's own spelling of it. */
function sortedValues(column: ColumnSurvey): CategoryValue[] {
  const values = [...column.values.keys()]
  const allNumbers = column.texts === 0
  values.sort((a, b) => (allNumbers ? Number(a) - Number(b) : a < b ? -1 : 1))
  return values.map(value => {
    const label = column.values.get(value)
    return label === undefined || label === value ? { value } : { value, label }
  })
}

function byName(declared: readonly DeclaredFeature[], survey: Survey, target: string): Map<string, DeclaredFeature> {
  const names = survey.columns.map(({ name }) => name).filter(name => name !== target)
  const found = new Map<string, DeclaredFeature>()
  for (const feature of declared) {
    const name = normalise(feature.name)
    if (!names.includes(name)) {
      const near = nearest(name, names)
      throw new CoreError(
        'invalid_feature_table',
        `the features file describes "${feature.name}", which is no column of the data${near === undefined ? '' : `; did you mean "${near}"?`}`,
      )
    }
    found.set(name, { ...feature, name })
  }
  return found
}
