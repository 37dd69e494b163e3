import { type Content, json, NAMED, OBJECT, READ, type RouteDescription } from './route-description.ts'
import { reference } from './schemas.ts'

/** The protocol's own form of an error. */
export const V2_PROBLEM: Content = json(reference('ProtocolError'))

const told = (summary: string, problems: RouteDescription['problems'] = []): RouteDescription => ({
  summary,
  tag: 'open inference protocol',
  answers: { 200: json() },
  problems,
  problemForm: V2_PROBLEM,
})

const BYTES: Content = { 'application/octet-stream': { type: 'string', format: 'binary' } }

const ofModel: Readonly<Record<string, RouteDescription>> = {
  'GET ': told('The inputs and outputs of a model', NAMED),
  'GET /ready': told('Whether a model can answer', NAMED),
  'GET /config': told("A model's configuration in Triton's form", NAMED),
  'GET /stats': told('What a model has done since the start', NAMED),
  'POST /infer': {
    ...told('Score tensors: JSON, binary after JSON, or raw bytes', [
      ...NAMED,
      ...READ,
      'invalid_row',
      'invalid_tensor',
      'invalid_data',
      'duplicate_key',
      'deadline_exceeded',
    ]),
    parameters: [
      {
        name: 'Inference-Header-Content-Length',
        in: 'header',
        description: 'Bytes of JSON before binary data; 0 where all is data.',
        schema: { type: 'integer', minimum: 0 },
      },
    ],
    body: { ...json(reference('InferRequest')), ...BYTES },
    answers: { 200: { ...json(), ...BYTES } },
  },
}

/** The Open Inference Protocol, version 2. */
export const V2_DESCRIPTIONS: Readonly<Record<string, RouteDescription>> = {
  'GET /v2': told('The server and what it can do'),
  'GET /v2/health/live': told('Whether the server answers'),
  'GET /v2/health/ready': { ...told('Whether it can score'), answers: { 200: json(), 503: json(OBJECT) } },
  'GET /v2/models': told('The names of the models'),
  'GET /v2/models/stats': told('What the open models have done', ['model_unavailable']),
  ...Object.fromEntries(
    ['/v2/models/:name', '/v2/models/:name/versions/:version'].flatMap(model =>
      Object.entries(ofModel).map(([key, described]) => [key.replace(' ', ` ${model}`), described]),
    ),
  ),
}
