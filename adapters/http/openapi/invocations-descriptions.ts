import { json, LINES, NAMED, PLAIN, ROWS, type RouteDescription, TEXT } from './route-description.ts'
import { reference } from './schemas.ts'

const JSON_LINES = { 'application/jsonlines': TEXT, 'application/x-jsonlines': TEXT, [LINES]: TEXT }

/** The doors of MLflow's and SageMaker's clients. */
export const INVOCATIONS_DESCRIPTIONS: Readonly<Record<string, RouteDescription>> = {
  'POST /invocations': {
    summary: 'Score rows with the default model, in the forms of MLflow and SageMaker',
    tag: 'invocations',
    body: { ...json({}), ...JSON_LINES, 'text/csv': TEXT },
    answers: { 200: { ...json(reference('Predictions')), ...JSON_LINES, 'text/csv': TEXT } },
    problems: [...NAMED, ...ROWS, 'no_default_model', 'unsupported_media_type'],
    problemForm: json(reference('InvocationError')),
  },
  'GET /execution-parameters': {
    summary: 'How a batch transform should call',
    tag: 'invocations',
    answers: { 200: json() },
  },
  'GET /version': { summary: 'The version of the server', tag: 'invocations', answers: { 200: PLAIN } },
  'GET /health': { summary: 'Whether requests can be answered', tag: 'health', answers: { 200: PLAIN, 503: json() } },
  'GET /ping': { summary: 'PONG when requests can be answered', tag: 'health', answers: { 200: PLAIN, 503: json() } },
}
