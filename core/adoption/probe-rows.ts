import type { Feature, FeatureTable } from '../feature-table.ts'

const PROBES = 12

/** Rows made up from a feature table, for a model that comes without any: every value of every category, numbers within their bounds. */
export function probeRows(features: FeatureTable): Record<string, string | number>[] {
  return Array.from({ length: PROBES }, (_, row) =>
    Object.fromEntries(features.map((feature, place) => [feature.name, probe(feature, row * (place + 1) + row)])),
  )
}

function probe(feature: Feature, step: number): string | number {
  if (feature.kind === 'category') return feature.values[step % feature.values.length]?.value ?? ''
  const { minimum, maximum } = feature
  const low = minimum ?? (maximum === undefined ? 0 : maximum - 10)
  const high = maximum ?? low + 10
  const value = low + ((high - low) * (step % PROBES)) / PROBES
  return feature.integer ? Math.min(Math.ceil(value), high) : value
}
