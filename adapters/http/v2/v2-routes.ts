import type { Call, Catalogue, Servable } from '@scaling-mlops/core'
import {
  describeAllStatistics,
  describeConfig,
  describeInputs,
  describeModel,
  describeStatistics,
  infer,
  packedInput,
  type TensorMetadata,
} from '@scaling-mlops/core/inference'
import about from '../../package.json' with { type: 'json' }
import { answerAsKind } from '../answer-as-kind.ts'
import type { Answer, Exchange } from '../exchange.ts'
import { HttpError } from '../http-error.ts'
import { toCall } from '../predict-route.ts'
import { respondJson } from '../respond.ts'
import type { PathRoute } from '../route.ts'
import { readInferRequest, readRawRequest } from './infer-request.ts'
import { writeInferResponse } from './infer-response.ts'

type Dependencies = {
  readonly catalogue: Catalogue
  readonly isReady: () => boolean
  readonly maxBodyBytes: number
}

const EXTENSIONS = ['binary_tensor_data', 'model_configuration', 'model_repository', 'statistics']

/** The Open Inference Protocol, version 2, over REST (its specification's inference_rest.md), with Triton's extensions that its clients use. */
export function createV2Routes({ catalogue, isReady, maxBodyBytes }: Dependencies): readonly PathRoute[] {
  const tell = async (document: object, { requestId }: Exchange, status = 200): Promise<Response> =>
    respondJson(JSON.stringify(document), requestId, status)
  const entryOf = (name: string) => catalogue.list().find(entry => entry.name === name)

  const finderOf = (parameter: (name: string) => string): (() => Promise<Servable>) => {
    const name = parameter('name')
    const version = parameter('version') || undefined
    return () => catalogue.find(name, version)
  }
  const ofModel = (parameter: (name: string) => string): Promise<Servable> => finderOf(parameter)()

  const compileInfer =
    (find: () => Promise<Servable>): Answer =>
    async (body, exchange) => {
      const servable = await find()
      const { caller, requestId } = exchange
      exchange.model = servable.name
      exchange.version = servable.version
      exchange.queue = servable
      const bytes = await body.bytes()
      const header = caller.header('inference-header-content-length')
      const read = header === '0' ? readRawRequest(bytes, rawInputOf(servable)) : await readInferRequest(bytes, header)
      exchange.rows = read.inputs[0]?.shape[0] ?? 1
      const outputs = await infer(
        servable,
        { inputs: read.inputs, outputs: read.outputs?.map(({ name }) => name) },
        withDeadline(toCall(exchange), read.timeout === undefined ? undefined : exchange.started + read.timeout / 1000),
      )
      const id = read.id ?? requestId
      const answered = { name: servable.name, version: servable.version, id, requestId }
      return writeInferResponse(outputs, read, answered, caller.header('accept-encoding'))
    }

  const answerInfer: PathRoute[2] = (request, exchange, parameter) =>
    answerAsKind(request, exchange, maxBodyBytes, compileInfer(finderOf(parameter)))

  return [
    [
      'GET',
      '/v2',
      (_, exchange) => tell({ name: 'scaling-mlops', version: about.version, extensions: EXTENSIONS }, exchange),
    ],
    ['GET', '/v2/health/live', (_, exchange) => tell({ live: true }, exchange)],
    [
      'GET',
      '/v2/health/ready',
      // the specification's text says live where its clients read ready: both are told
      (_, exchange) => tell({ live: true, ready: isReady() }, exchange, isReady() ? 200 : 503),
    ],
    ['GET', '/v2/models', (_, exchange) => tell({ models: catalogue.list().map(({ name }) => name) }, exchange)],
    [
      'GET',
      '/v2/models/stats',
      async (_, exchange) => tell({ model_stats: await describeAllStatistics(catalogue) }, exchange),
    ],
    ...['/v2/models/:name', '/v2/models/:name/versions/:version'].flatMap((model): PathRoute[] => [
      [
        'GET',
        model,
        async (_, exchange, parameter) => {
          const servable = await ofModel(parameter)
          return tell(describeModel(servable, entryOf(servable.name)), exchange)
        },
      ],
      [
        'GET',
        `${model}/ready`,
        async (_, exchange, parameter) => tell({ name: (await ofModel(parameter)).name, ready: true }, exchange),
      ],
      [
        'GET',
        `${model}/config`,
        async (_, exchange, parameter) => tell(describeConfig(await ofModel(parameter)), exchange),
      ],
      [
        'GET',
        `${model}/stats`,
        async (_, exchange, parameter) =>
          tell({ model_stats: [describeStatistics(await ofModel(parameter))] }, exchange),
      ],
      ['POST', `${model}/infer`, answerInfer],
    ]),
  ]
}

/** A call that ends by the earlier of two moments. */
function withDeadline(call: Call, deadline: number | undefined): Call {
  return deadline === undefined ? call : { ...call, deadline: Math.min(deadline, call.deadline ?? deadline) }
}

/** The one input that a body without any JSON can mean: the packed matrix of a model with a feature table. */
function rawInputOf(servable: Servable): TensorMetadata {
  const inputs = describeInputs(servable)
  const input = packedInput(servable) ?? (inputs.length === 1 ? inputs[0] : undefined)
  if (input !== undefined) return input
  throw new HttpError(
    'bad_request',
    `model '${servable.name}' has ${inputs.length} inputs; a body of raw bytes is for models with one`,
  )
}
