import type { CategoryFeature, Feature, FeatureTable, NumberFeature } from './feature-table.ts'

/** A model's row as JSON Schema 2020-12; what plain schema cannot say of a feature stands under `x-feature`. */
export function toJsonSchema(title: string, table: FeatureTable): Readonly<Record<string, unknown>> {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title,
    type: 'object',
    properties: Object.fromEntries(table.map((feature, order) => [feature.name, propertyOf(feature, order)])),
    required: table.filter(feature => feature.default === undefined).map(({ name }) => name),
    additionalProperties: false,
  }
}

function propertyOf(feature: Feature, order: number): Readonly<Record<string, unknown>> {
  const { title, description, default: fallback, missing, group, actionable } = feature
  const unit = feature.kind === 'number' ? feature.unit : undefined
  return compact({
    title,
    description,
    ...(feature.kind === 'number' ? numberSchema(feature) : categorySchema(feature)),
    default: fallback,
    'x-feature': compact({ order, group, unit, actionable, missing: missing?.fill }),
  })
}

function numberSchema({ integer, minimum, maximum, missing }: NumberFeature): Readonly<Record<string, unknown>> {
  const type = integer ? 'integer' : 'number'
  return { type: missing ? [type, 'null'] : type, minimum, maximum }
}

function categorySchema({ values, missing, unknown = 'reject' }: CategoryFeature): Readonly<Record<string, unknown>> {
  if (unknown !== 'reject')
    return { type: missing ? ['string', 'null'] : 'string', examples: values.map(({ value }) => value) }
  const options = values.map(({ value, label }) => compact({ const: value, title: label }))
  return { oneOf: missing ? [...options, { type: 'null' }] : options }
}

function compact(object: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined))
}
