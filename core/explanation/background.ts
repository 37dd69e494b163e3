import type { CategoryFeature, FeatureTable } from '../feature-table.ts'
import type { Golden } from '../golden.ts'
import { compilePreprocess } from '../preprocess.ts'
import { compileValidate } from '../validate.ts'

/** What rows of this model usually are: what explanations start from, and the ranges in which a field is varied. */
export type Background = {
  /** The rows of the training, or the golden rows where no report tells of the training. */
  readonly source: 'training' | 'golden'
  /** Mean of every column: the average row. */
  readonly means: Float64Array
  /** Smallest and largest value of every number feature, in table order; undefined for categories. */
  readonly ranges: readonly (Range | undefined)[]
}

export type Range = { readonly minimum: number; readonly maximum: number }

/** Reads the background from the profile of `report.json` (unchecked, or undefined), else from the golden rows. */
export function toBackground(table: FeatureTable, golden: Golden, report: unknown): Background {
  return fromProfile(table, report) ?? fromGolden(table, golden)
}

type Profile = {
  readonly feature?: unknown
  readonly rows?: unknown
  readonly mean?: unknown
  readonly minimum?: unknown
  readonly maximum?: unknown
  readonly values?: unknown
}

function fromProfile(table: FeatureTable, report: unknown): Background | undefined {
  const features = (report as { profile?: { features?: unknown } } | null | undefined)?.profile?.features
  if (!Array.isArray(features)) return undefined
  const profiles = new Map((features as (Profile | null)[]).map(profile => [profile?.feature, profile]))
  const means: number[] = []
  const ranges: (Range | undefined)[] = []
  for (const feature of table) {
    const profile = profiles.get(feature.name)
    if (!profile) return undefined
    const { mean, minimum, maximum } = profile
    if (feature.kind === 'number') means.push(Number(mean))
    else means.push(...sharesOf(feature, profile))
    ranges.push(feature.kind === 'number' ? { minimum: Number(minimum), maximum: Number(maximum) } : undefined)
  }
  const isWhole = means.every(Number.isFinite) && ranges.every(range => range === undefined || isFiniteRange(range))
  return isWhole ? { source: 'training', means: Float64Array.from(means), ranges } : undefined
}

function sharesOf({ values }: CategoryFeature, profile: Profile): number[] {
  const listed = Array.isArray(profile.values) ? (profile.values as { value?: unknown; rows?: unknown }[]) : []
  return values.map(({ value }) => Number(listed.find(entry => entry?.value === value)?.rows) / Number(profile.rows))
}

function isFiniteRange({ minimum, maximum }: Range): boolean {
  return Number.isFinite(minimum) && Number.isFinite(maximum)
}

function fromGolden(table: FeatureTable, { rows }: Golden): Background {
  const { width, write } = compilePreprocess(table)
  const validate = compileValidate(table)
  const valid = rows.flatMap(({ row }) => {
    const validation = validate(row)
    return validation.ok ? [validation.row] : []
  })
  const means = new Float64Array(width)
  const cells = new Float64Array(width)
  for (const row of valid) {
    write(row, cells, 0)
    for (let column = 0; column < width; column++)
      means[column] = (means[column] as number) + (cells[column] as number) / valid.length
  }
  const ranges = table.map((feature, index) => {
    if (feature.kind !== 'number' || valid.length === 0) return undefined
    const values = valid.map(row => row[index] as number)
    return { minimum: Math.min(...values), maximum: Math.max(...values) }
  })
  return { source: 'golden', means, ranges }
}
