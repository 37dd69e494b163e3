import { type Rows, type Servable, type Task, toJsonSchema } from '@scaling-mlops/core'
import type { Example } from '@scaling-mlops/core/explanation'
import type { RouteDescription } from './route-description.ts'
import { type Json, oneOrMany, reference } from './schemas.ts'

/** What a model with a feature table adds: the schemas of its rows and answers by name, and what to send and expect. */
export type ModelPart = {
  readonly schemas: Readonly<Record<string, Json>>
  readonly rows: Json
  readonly answers: Json
  readonly examples: Json
}

export function describeRows({ name, version }: Servable, { manifest }: Rows, examples: readonly Example[]): ModelPart {
  const key = `${name.replace(/[^A-Za-z0-9._-]/g, '_')}.${version}`
  const { $schema: _, ...row } = toJsonSchema(manifest.title, manifest.features)
  return {
    schemas: { [`${key}.Row`]: row, [`${key}.Answer`]: answerSchema(manifest.task) },
    rows: reference(`${key}.Row`),
    answers: reference(`${key}.Answer`),
    examples: Object.fromEntries(
      examples.map(({ name, row }, index) => [`example${index + 1}`, { summary: name, value: row }]),
    ),
  }
}

/** The description of a route that scores, with the rows of one model. */
export function withRows(described: RouteDescription, { rows, answers }: ModelPart): RouteDescription {
  return {
    ...described,
    body: { ...described.body, 'application/json': oneOrMany(rows) },
    answers: {
      200: {
        ...described.answers[200],
        'application/json': {
          anyOf: [answers, { type: 'array', items: { anyOf: [answers, reference('InvalidRow')] } }],
        },
      },
    },
  }
}

function answerSchema(task: Task): Json {
  const probability = { type: 'number', minimum: 0, maximum: 1 }
  if (task.kind === 'regression') return objectOf({ [task.target]: { type: 'number' } })
  if (task.kind === 'binary')
    return objectOf({ [`${task.target}_probability`]: probability, [task.target]: { type: 'boolean' } })
  return objectOf({
    [task.target]: { enum: task.classes },
    probabilities: objectOf(Object.fromEntries(task.classes.map(name => [name, probability]))),
  })
}

function objectOf(properties: Json): Json {
  return { type: 'object', required: Object.keys(properties), properties }
}
