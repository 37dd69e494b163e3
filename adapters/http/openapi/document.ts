import { type ProblemCode, statusOf } from '../problem.ts'
import type { RouteEntry } from '../route.ts'
import { type ModelPart, withRows } from './model-path.ts'
import type { Content, RouteDescription } from './route-description.ts'
import { predict, ROUTE_DESCRIPTIONS } from './route-descriptions.ts'
import { type Json, reference, SCHEMAS } from './schemas.ts'

export type ServedModels = {
  /** The versions that serve and are open, by name. */
  readonly byName: ReadonlyMap<string, ModelPart>
  /** The one that `/predict` answers with. */
  readonly default: ModelPart | undefined
}

/** Describes the routes of a server, and for each model that is open its own rows, as OpenAPI 3.1. */
export function toOpenApi(routes: readonly RouteEntry[], models: ServedModels): Json {
  const paths: Record<string, Record<string, unknown>> = {}
  const add = (path: string, method: string, operation: Json): void => {
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation }
  }
  for (const { method, path, isKeyed } of routes) {
    const described = ROUTE_DESCRIPTIONS[`${method} ${path}`]
    if (described === undefined) continue
    const keyed = { ...described, operator: described.operator === true || isKeyed }
    if (described === predict && path === PREDICT_PATH)
      for (const [name, part] of models.byName)
        add(
          `/models/${encodeURIComponent(name)}/predict`,
          method,
          toOperation(withRows(keyed, part), [], part.examples),
        )
    const part = path === '/predict' ? models.default : undefined
    add(
      path.replace(/:(\w+)/g, '{$1}'),
      method,
      toOperation(part === undefined ? keyed : withRows(keyed, part), parametersOf(path), part?.examples),
    )
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Streaming at Scale',
      version: '1',
      description: 'Scores rows with the models that are served here.',
    },
    paths,
    components: {
      schemas: Object.assign({}, SCHEMAS, ...[...models.byName.values()].map(({ schemas }) => schemas)),
      securitySchemes: {
        operatorKey: { type: 'http', scheme: 'bearer', description: 'One of the keys of API_KEYS.' },
      },
    },
  }
}

const PREDICT_PATH = '/models/:name/predict'
const PROBLEM: Content = { 'application/problem+json': reference('Problem') }
const OPERATOR: readonly ProblemCode[] = ['unauthorized', 'forbidden']

function toOperation(
  {
    summary,
    tag,
    operator = false,
    parameters = [],
    body,
    answers,
    problems = [],
    problemForm = PROBLEM,
  }: RouteDescription,
  pathParameters: readonly Json[],
  examples?: Json,
): Json {
  const all = [...pathParameters, ...parameters]
  return {
    summary,
    tags: [tag],
    ...(all.length === 0 ? {} : { parameters: all }),
    ...(body === undefined ? {} : { requestBody: { required: true, content: contentOf(body, examples) } }),
    responses: responsesOf(answers, operator ? [...OPERATOR, ...problems] : problems, problemForm),
    ...(operator ? { security: [{ operatorKey: [] }] } : {}),
  }
}

/** What is answered, and the problems of each status; where an answer has the status as well, either may come. */
function responsesOf(answers: RouteDescription['answers'], problems: readonly ProblemCode[], form: Content): Json {
  const codes = Map.groupBy(problems, statusOf)
  const statuses = [...new Set([...Object.keys(answers).map(Number), ...codes.keys()])]
  return Object.fromEntries(
    statuses.map(status => {
      const found = [...new Set(codes.get(status))]
      const content = {
        ...contentOf(answers[status] ?? {}),
        ...(found.length === 0 ? {} : contentOf(form)),
      }
      const description = found.length === 0 ? 'done' : found.join(', ').replaceAll('_', ' ')
      return [status, { description, ...(Object.keys(content).length === 0 ? {} : { content }) }]
    }),
  )
}

function contentOf(content: Content, examples?: Json): Json {
  return Object.fromEntries(
    Object.entries(content).map(([type, schema]) => [
      type,
      type === 'application/json' && examples !== undefined && Object.keys(examples).length > 0
        ? { schema, examples }
        : { schema },
    ]),
  )
}

function parametersOf(path: string): Json[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string', minLength: 1 },
  }))
}
