import type { CategoryFeature, Feature, FeatureTable, NumberFeature } from '@scaling-mlops/core'
import type { FormRow } from '../api/models.ts'

/** How a feature is asked for. */
export type Widget = 'switch' | 'segmented' | 'select' | 'combobox' | 'text' | 'slider' | 'number'

export function widgetOf(feature: Feature, range: Range | undefined): Widget {
  if (feature.kind === 'number') {
    if (feature.integer && feature.minimum === 0 && feature.maximum === 1) return 'switch'
    return range === undefined ? 'number' : 'slider'
  }
  if (feature.unknown !== undefined && feature.unknown !== 'reject') return 'combobox'
  if (feature.values.length <= 2) return 'segmented'
  return feature.values.length <= 12 ? 'select' : 'combobox'
}

export type Range = readonly [low: number, high: number]

/** About a hundred steps over a range, in 1, 2 or 5 of some power of ten. */
export function stepOf({ integer }: NumberFeature, [low, high]: Range): number {
  const rough = (high - low) / 100
  const power = 10 ** Math.floor(Math.log10(rough || 1))
  const step = ([1, 2, 5, 10].find(factor => factor * power >= rough) ?? 10) * power
  return integer ? Math.max(1, Math.round(step)) : Number(step.toPrecision(3))
}

export type Group = { readonly title: string; readonly features: FeatureTable }

/** Groups in order of first appearance; what has none comes last. */
export function groupsOf(table: FeatureTable): Group[] {
  const groups = new Map<string, Feature[]>()
  for (const feature of table) groups.set(feature.group ?? '', [...(groups.get(feature.group ?? '') ?? []), feature])
  const titled = [...groups].filter(([title]) => title !== '')
  const other = groups.get('')
  return [...titled, ...(other === undefined ? [] : [[titled.length === 0 ? 'Fields' : 'Other', other] as const])].map(
    ([title, features]) => ({ title, features }),
  )
}

/** What a form says before the server is asked; the server stays the judge. */
export function problemOf(feature: Feature, value: string | number | null | undefined): string | undefined {
  const isBlank = value === null || value === undefined || value === '' || Number.isNaN(value)
  if (isBlank) return feature.missing === undefined && feature.default === undefined ? 'A value is needed.' : undefined
  if (feature.kind === 'category') return undefined
  const number = Number(value)
  if (!Number.isFinite(number)) return 'This is not a number.'
  if (feature.integer && !Number.isInteger(number)) return 'Only whole numbers.'
  if (feature.minimum !== undefined && number < feature.minimum) return `At least ${feature.minimum}.`
  if (feature.maximum !== undefined && number > feature.maximum) return `At most ${feature.maximum}.`
  return undefined
}

/** The row that is sent: numbers as numbers, nothing as null. */
export function toRow(table: FeatureTable, values: FormRow): FormRow {
  return Object.fromEntries(
    table.map(feature => {
      const value = values[feature.name]
      const isBlank = value === null || value === undefined || value === '' || Number.isNaN(value)
      return [feature.name, isBlank ? null : feature.kind === 'number' ? Number(value) : String(value)]
    }),
  )
}

/** Something to begin with where there is no example. */
export function firstRow(table: FeatureTable, rangeOf: (name: string) => Range | undefined): FormRow {
  return Object.fromEntries(
    table.map(feature => {
      if (feature.default !== undefined) return [feature.name, feature.default]
      if (feature.kind === 'category') return [feature.name, feature.values[0]?.value ?? '']
      const [low, high] = rangeOf(feature.name) ?? [feature.minimum ?? 0, feature.maximum ?? 0]
      const middle = (low + high) / 2
      return [feature.name, feature.integer ? Math.round(middle) : middle]
    }),
  )
}

export function titleOf(feature: Feature): string {
  return feature.title ?? feature.name
}

/** A value as people read it: the label of a category, a number with its unit. */
export function shownValue(feature: Feature | undefined, value: unknown): string {
  if (value === null || value === undefined || value === '') return 'unknown'
  if (feature?.kind === 'category') return labelOf(feature, String(value))
  if (feature?.kind === 'number') {
    if (feature.integer && feature.minimum === 0 && feature.maximum === 1) return Number(value) === 1 ? 'Yes' : 'No'
    return withUnit(Number(value), feature.unit)
  }
  return String(value)
}

export function labelOf(feature: CategoryFeature, value: string): string {
  return feature.values.find(option => option.value === value)?.label ?? value
}

const KNOWN_UNITS = new Set(Intl.supportedValuesOf('unit'))

/** Years and numbers of articles stay without a comma. */
const OF_A_FIELD: Intl.NumberFormatOptions = { maximumFractionDigits: 2, useGrouping: 'min2' }

/** `18 months`, `1 month`, `$29.85`, `12 clicks`. */
export function withUnit(value: number, unit: string | undefined, digits = OF_A_FIELD): string {
  const format = (options: Intl.NumberFormatOptions) =>
    new Intl.NumberFormat('en-US', { ...digits, ...options }).format(value)
  if (unit === undefined) return format({})
  if (/^[A-Z]{3}$/.test(unit)) return format({ style: 'currency', currency: unit })
  const known = unit.replace(/s$/, '')
  if (KNOWN_UNITS.has(known)) return format({ style: 'unit', unit: known, unitDisplay: 'long' })
  return `${format({})} ${unit}`
}
