import type { FeatureTable } from '@scaling-mlops/core'

/** How features and their values are called in front of people: by title and label where the manifest has them. */
export type Names = {
  feature(name: string): string
  value(feature: string, value: string): string
  /** A model's column: `tenure`, or `contract = Two year`. */
  column(column: string, feature: string): string
  unit(feature: string): string | undefined
}

export function createNames(table: FeatureTable = []): Names {
  const features = new Map(table.map(feature => [feature.name, feature]))
  const title = (name: string) => features.get(name)?.title ?? name
  const label = (name: string, value: string) => {
    const feature = features.get(name)
    const found = feature?.kind === 'category' ? feature.values.find(entry => entry.value === value) : undefined
    return found?.label ?? value
  }
  return {
    feature: title,
    value: label,
    column: (column, name) =>
      column === name ? title(name) : `${title(name)} = ${label(name, column.slice(name.length + 1))}`,
    unit: name => {
      const feature = features.get(name)
      return feature?.kind === 'number' ? feature.unit : undefined
    },
  }
}
