import type { ProblemCode } from '../problem.ts'
import { INVOCATIONS_DESCRIPTIONS } from './invocations-descriptions.ts'
import {
  type Content,
  header,
  json,
  LINES,
  NAMED,
  OBJECT,
  PLAIN,
  query,
  READ,
  ROWS,
  type RouteDescription,
  TEXT,
  TIMEOUT,
} from './route-description.ts'
import { type Json, oneOrMany, reference } from './schemas.ts'
import { V2_DESCRIPTIONS, V2_PROBLEM } from './v2-descriptions.ts'

const EVENTS: Content = { 'text/event-stream': TEXT }
const KEPT: readonly ProblemCode[] = ['not_configured']

export const predict: RouteDescription = {
  summary: 'Score a row, a list of rows, or a row a line',
  tag: 'predict',
  parameters: [TIMEOUT],
  body: { ...json(oneOrMany(reference('Row'))), [LINES]: TEXT, 'text/csv': TEXT },
  answers: { 200: { ...json(oneOrMany(OBJECT)), [LINES]: TEXT, 'text/csv': TEXT } },
  problems: [...NAMED, ...ROWS, 'unsupported_media_type'],
}
const document = (summary: string, content: Content): RouteDescription => ({
  summary,
  tag: 'models',
  answers: { 200: content },
  problems: [...NAMED, 'no_document'],
})
const explained = (summary: string, body: Json): RouteDescription => ({
  summary,
  tag: 'explain',
  body: json(body),
  answers: { 200: json(body === reference('Row') ? OBJECT : oneOrMany(OBJECT)) },
  problems: [...NAMED, ...ROWS, 'no_explanation'],
})
const operated = (tag: string, description: Omit<RouteDescription, 'tag' | 'operator'>): RouteDescription => ({
  ...description,
  tag,
  operator: true,
})
const change = (summary: string): RouteDescription =>
  operated('repository', {
    summary,
    answers: { 200: json() },
    problems: ['unknown_model', 'model_unavailable', 'overloaded'],
    problemForm: V2_PROBLEM,
  })
const selected = (summary: string): RouteDescription =>
  operated('dead letters', {
    summary,
    body: json(reference('Selection')),
    answers: { 200: json() },
    problems: [...READ, ...KEPT, 'duplicate_key', 'unsupported_media_type', 'try_again'],
  })
const jobFile = (summary: string): RouteDescription =>
  operated('jobs', {
    summary,
    parameters: [header('Range', 'One range of bytes.')],
    answers: { 200: { 'text/csv': TEXT, [LINES]: TEXT }, 206: { 'text/csv': TEXT, [LINES]: TEXT } },
    problems: [...KEPT, 'unknown_job', 'not_found', 'not_finished', 'range_not_satisfiable'],
  })

const ofModel: Readonly<Record<string, RouteDescription>> = {
  'GET ': {
    summary: 'The manifest and the schema of a model',
    tag: 'models',
    answers: { 200: json() },
    problems: NAMED,
  },
  'POST /predict': predict,
  'POST /explain': explained('What contributed to the score of each row, at most 100', oneOrMany(reference('Row'))),
  'POST /whatif': explained('What a row scores, and what each field could make of it', reference('Row')),
  'GET /report': document('How the model was evaluated', json()),
  'GET /reference': document('What its data looked like in training', json()),
  'GET /card': document('Its model card', { 'text/markdown': TEXT }),
  'GET /examples': document('A few rows that are valid', json()),
}

/** Every route by method and path, as the app knows it. A route of the app that is not here is found by a test. */
export const ROUTE_DESCRIPTIONS: Readonly<Record<string, RouteDescription>> = {
  ...INVOCATIONS_DESCRIPTIONS,
  ...V2_DESCRIPTIONS,
  'GET /': { summary: 'A welcome', tag: 'health', answers: { 200: { ...PLAIN, 'text/html': TEXT } } },
  'GET /health/live': { summary: 'Whether the process answers', tag: 'health', answers: { 200: json() } },
  'GET /health/ready': {
    summary: 'Whether requests should be sent here',
    tag: 'health',
    answers: { 200: json(), 503: json() },
  },
  'GET /metrics': operated('operations', {
    summary: 'All metrics, as Prometheus reads them',
    parameters: [query('names', "Triton's names beside ours.", { const: 'triton' })],
    answers: { 200: PLAIN },
    problems: ['bad_request'],
  }),
  'GET /openapi.json': { summary: 'This document', tag: 'models', answers: { 200: json() } },
  'GET /models': { summary: 'What is served', tag: 'models', answers: { 200: json() } },
  'POST /predict': { ...predict, problems: [...(predict.problems ?? []), 'no_default_model'] },
  ...Object.fromEntries(
    ['/models/:name', '/models/:name/versions/:version'].flatMap(model =>
      Object.entries(ofModel).map(([key, described]) => [key.replace(' ', ` ${model}`), described]),
    ),
  ),
  'POST /models/:name/feedback': {
    summary: 'Say whether a prediction was right',
    tag: 'feedback',
    body: json(reference('Feedback')),
    answers: { 202: json() },
    problems: [...NAMED, ...READ, ...KEPT, 'duplicate_key', 'no_feature_table'],
  },
  'GET /models/:name/feedback': operated('feedback', {
    summary: 'What was said of the predictions of a model',
    parameters: [
      query('after', 'The `next` of the page before.', { type: 'string', pattern: '^[0-9]{1,15}$' }),
      query('limit', 'Entries of a page.', { type: 'integer', minimum: 1, maximum: 1000, default: 100 }),
    ],
    answers: { 200: json() },
    problems: [...NAMED, ...KEPT, 'bad_request'],
  }),
  'POST /v2/repository/index': operated('repository', {
    summary: 'Every version of every model with its state',
    body: json({ type: 'object', properties: { ready: { type: 'boolean' } } }),
    answers: { 200: json({ type: 'array', items: OBJECT }) },
    problems: [...READ, 'duplicate_key'],
    problemForm: V2_PROBLEM,
  }),
  'POST /v2/repository/models/:name/load': change('Load a model anew'),
  'POST /v2/repository/models/:name/unload': change('Put a model away'),
  'POST /streams/:name/records': {
    summary: 'Give records that are scored in their turn',
    tag: 'streams',
    parameters: [
      header('Idempotency-Key', 'Names the records, so that sending them again does not score them again.', {
        type: 'string',
        minLength: 1,
        maxLength: 120,
        pattern: '^[!-~]+$',
      }),
    ],
    body: { ...json({}), [LINES]: TEXT },
    answers: { 202: json({ type: 'object', properties: { ids: { type: 'array', items: TEXT } } }) },
    problems: [...NAMED, ...READ, ...KEPT, 'duplicate_key', 'unsupported_media_type', 'try_again'],
  },
  'GET /streams/:name/records/:id': {
    summary: 'Where a record stands',
    tag: 'streams',
    answers: { 200: json() },
    problems: [...NAMED, ...KEPT, 'unknown_record'],
  },
  'GET /streams/:name/results': {
    summary: 'All results, a line each, followed as they come',
    tag: 'streams',
    parameters: [
      query('after', 'The cursor of the last result that is known.', { type: 'string', pattern: '^[0-9]{1,15}$' }),
      query('follow', 'false ends the answer at the last result there is.', { enum: ['true', 'false'] }),
    ],
    answers: { 200: { [LINES]: TEXT } },
    problems: [...NAMED, ...KEPT, 'bad_request', 'not_supported'],
  },
  'POST /worker': {
    summary: "A message of Elastic Beanstalk's worker daemon",
    tag: 'streams',
    parameters: [header('X-Aws-Sqsd-Msgid', 'Names the message.')],
    body: { 'application/json': {}, 'application/octet-stream': {} },
    answers: { 200: json() },
    problems: [...READ, ...KEPT, 'try_again'],
  },
  'GET /dead-letters': operated('dead letters', {
    summary: 'What could not be scored, and why',
    parameters: [
      query('model', 'Only of this model.'),
      query('code', 'Only of this kind.'),
      query('after', 'The `next` of the page before.', { type: 'string', pattern: '^[0-9]{1,15}$' }),
      query('limit', 'Letters of a page.', { type: 'integer', minimum: 1, maximum: 1000, default: 100 }),
    ],
    answers: { 200: json() },
    problems: ['bad_request', ...KEPT],
  }),
  'POST /dead-letters/redrive': selected('Send dead letters back to be scored'),
  'POST /dead-letters/discard': selected('Delete dead letters for good'),
  'GET /operations': operated('operations', { summary: 'How the server is doing', answers: { 200: json() } }),
  'GET /operations/events': operated('operations', {
    summary: 'The same once a second, as events',
    answers: { 200: EVENTS },
    problems: ['not_supported'],
  }),
  'POST /jobs': operated('jobs', {
    summary: 'Give a file that is scored in the background',
    parameters: [
      query('model', 'The default model without it.'),
      query('version', 'The one that serves without it.'),
      query('map', 'COLUMN=FIELD, where a column is named otherwise.', {
        type: 'array',
        items: { type: 'string', pattern: '^.+=.*$' },
      }),
      query('id', 'The column that names a row.'),
      query('explain', 'How many contributions each row gets.', { type: 'integer', minimum: 1 }),
      query('maxErrors', 'How many bad rows end the job.', { type: 'integer', minimum: 0 }),
      header('Content-Disposition', 'The name of the file.'),
      header('Idempotency-Key', 'Names the job, so that giving it again does not start it again.'),
    ],
    body: { 'text/csv': TEXT, [LINES]: TEXT },
    answers: { 200: json(), 202: json() },
    problems: [
      ...NAMED,
      ...READ,
      ...KEPT,
      'no_default_model',
      'no_feature_table',
      'unsupported_media_type',
      'try_again',
    ],
  }),
  'GET /jobs': operated('jobs', {
    summary: 'The latest jobs',
    parameters: [query('limit', 'How many.', { type: 'integer', minimum: 1, maximum: 1000, default: 50 })],
    answers: { 200: json() },
    problems: ['bad_request', ...KEPT],
  }),
  'GET /jobs/:id': operated('jobs', {
    summary: 'How far a job is',
    answers: { 200: json() },
    problems: [...KEPT, 'unknown_job'],
  }),
  'DELETE /jobs/:id': operated('jobs', {
    summary: 'Call a job off',
    answers: { 200: json() },
    problems: [...KEPT, 'unknown_job'],
  }),
  'GET /jobs/:id/events': operated('jobs', {
    summary: 'How far it is, as events',
    answers: { 200: EVENTS, 204: {} },
    problems: [...KEPT, 'unknown_job', 'not_supported'],
  }),
  'GET /jobs/:id/result': jobFile('The scored file'),
  'GET /jobs/:id/errors': jobFile('What was wrong with which line'),
}
