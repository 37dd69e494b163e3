export type Json = Readonly<Record<string, unknown>>

/** Schemas that every server has, whatever it serves. What a row is stands with each model. */
export const SCHEMAS = {
  Issue: {
    type: 'object',
    description: 'What is wrong with one field.',
    required: ['field', 'code', 'message'],
    properties: {
      field: { type: 'string' },
      code: { type: 'string' },
      message: { type: 'string' },
      allowed: { description: 'What the field takes.' },
      nearest: { type: 'string', description: 'What was probably meant.' },
    },
  },
  Problem: {
    type: 'object',
    description: 'A problem document as of RFC 9457.',
    required: ['type', 'title', 'status', 'code', 'detail', 'error', 'requestId'],
    properties: {
      type: { type: 'string' },
      title: { type: 'string' },
      status: { type: 'integer' },
      code: { type: 'string', description: 'The kind of problem, the same in every version.' },
      detail: { type: 'string' },
      error: { type: 'string', description: 'Title and detail as one text.' },
      requestId: { type: 'string' },
      errors: { type: 'array', items: reference('Issue') },
    },
  },
  InvalidRow: {
    type: 'object',
    description: 'Stands in a list at the place of a row that is wrong.',
    required: ['error', 'code'],
    properties: {
      error: { type: 'string' },
      code: { const: 'invalid_row' },
      errors: { type: 'array', items: reference('Issue') },
    },
  },
  ProtocolError: {
    type: 'object',
    description: 'An error in the form of the Open Inference Protocol.',
    required: ['error'],
    properties: { error: { type: 'string' } },
  },
  InvocationError: {
    type: 'object',
    description: "An error in MLflow's form.",
    required: ['error_code', 'message'],
    properties: { error_code: { type: 'string' }, message: { type: 'string' } },
  },
  Predictions: {
    type: 'object',
    required: ['predictions'],
    properties: { predictions: { type: 'array', items: { type: ['number', 'string'] } } },
  },
  InferRequest: {
    type: 'object',
    description: 'Tensors by name, as the Open Inference Protocol has them.',
    required: ['inputs'],
    properties: {
      id: { type: 'string' },
      parameters: { type: 'object' },
      inputs: { type: 'array', minItems: 1, items: reference('InferInput') },
      outputs: { type: 'array', items: { type: 'object', required: ['name'] } },
    },
  },
  InferInput: {
    type: 'object',
    required: ['name', 'datatype', 'shape'],
    properties: {
      name: { type: 'string' },
      datatype: { type: 'string' },
      shape: { type: 'array', items: { type: 'integer', minimum: 0 } },
      parameters: { type: 'object' },
      data: { description: 'Flat or nested; left out where it comes as bytes.', type: 'array' },
    },
  },
  Row: { type: 'object', description: "One row. Its fields are the model's own: see the path of that model." },
  Selection: {
    type: 'object',
    description: 'Which dead letters are meant: by their ids or by a filter, {} for all.',
    oneOf: [{ required: ['ids'] }, { required: ['filter'] }],
    additionalProperties: false,
    properties: {
      ids: { type: 'array', minItems: 1, items: { type: 'string' } },
      filter: {
        type: 'object',
        additionalProperties: false,
        properties: { model: { type: 'string' }, code: { type: 'string' } },
      },
      limit: { type: 'integer', minimum: 1, maximum: 1_000_000 },
      rate: { type: 'integer', minimum: 1, maximum: 500, description: 'Records a second.' },
      dryRun: { type: 'boolean' },
    },
  },
  Feedback: {
    type: 'object',
    required: ['row', 'verdict'],
    additionalProperties: false,
    properties: {
      row: reference('Row'),
      answer: { type: 'object' },
      requestId: { type: 'string', maxLength: 128 },
      verdict: { enum: ['right', 'wrong'] },
      outcome: { type: ['string', 'number'] },
      comment: { type: 'string', maxLength: 2000 },
    },
  },
} as const satisfies Readonly<Record<string, Json>>

export function reference(name: string): Json {
  return { $ref: `#/components/schemas/${name}` }
}

/** A thing or a list of it. */
export function oneOrMany(schema: Json, item: Json = schema): Json {
  return { anyOf: [schema, { type: 'array', items: item }] }
}
