import { type ServerUnaryCall, status } from '@grpc/grpc-js'
import type { Admission, Call, Catalogue, Clock, Log, Servable } from '@scaling-mlops/core'
import {
  describeAllStatistics,
  describeConfig,
  describeModel,
  describeStatistics,
  infer,
} from '@scaling-mlops/core/inference'
import about from '../package.json' with { type: 'json' }
import { type Exchange, takeId } from './exchange.ts'
import { readInferRequest } from './infer-request.ts'
import { writeOutputs } from './infer-response.ts'
import type { ChangeMessage, IndexMessage, InferRequestMessage, ModelMessage } from './messages.ts'
import { CallError, statusOf } from './status.ts'

export type InferenceOptions = {
  readonly catalogue: Catalogue
  /** Stands before every call that brings work. */
  readonly admission: Admission
  readonly clock: Clock
  /** Whether calls should be sent here: true from the first to the last moment of service. */
  readonly isReady: () => boolean
  readonly log: Log
}

const NOT_READY = [status.NOT_FOUND, status.UNAVAILABLE]
const EXTENSIONS = ['model_configuration', 'model_repository', 'statistics']

/** The calls of `inference.GRPCInferenceService`: each takes its message and answers another, or rejects with a CoreError. */
export function createInferenceCalls({ catalogue, admission, clock, isReady, log }: InferenceOptions) {
  const find = async (name: string, version: string, exchange: Exchange): Promise<Servable> => {
    const servable = await catalogue.find(name, version || undefined)
    exchange.model = servable.name
    exchange.version = servable.version
    return servable
  }

  const answerInfer = async (
    call: ServerUnaryCall<InferRequestMessage, object>,
    exchange: Exchange,
  ): Promise<object> => {
    const { model_name, model_version, id, ...message } = call.request
    takeId(exchange, id)
    const { started, requestId } = exchange
    const servable = await find(model_name, model_version, exchange)
    const { inputs, outputs, timeout, isRaw } = readInferRequest(message)
    exchange.rows = inputs[0]?.shape[0] ?? 1
    const rowId = (index: number) => (exchange.rows === 1 ? requestId : `${requestId}/${index + 1}`)
    const answers = await infer(
      servable,
      { inputs, outputs },
      {
        signal: signalOf(call),
        rowId,
        ...deadlineOf(timeout === undefined ? undefined : started + timeout / 1000, call),
      },
    )
    return {
      model_name: servable.name,
      model_version: String(servable.version),
      id: id || requestId,
      ...writeOutputs(answers, isRaw),
    }
  }

  /** The earlier of the moment that the request names and that of the call itself. */
  const deadlineOf = (named: number | undefined, call: ServerUnaryCall<unknown, unknown>): Pick<Call, 'deadline'> => {
    const left = Number(call.getDeadline()) - clock.now()
    const deadline = Math.min(named ?? Number.POSITIVE_INFINITY, clock.monotonic() + left)
    return Number.isFinite(deadline) ? { deadline } : {}
  }

  /** What is wrong with a model is told to the operator who asked; who did what is a line of the log. */
  const change = async (
    what: 'load' | 'unload',
    { model_name, parameters }: ChangeMessage,
    exchange: Exchange,
  ): Promise<object> => {
    const { operator, requestId } = exchange
    const model = model_name.slice(0, 60)
    const tell = (code: status): void =>
      log[code === status.OK ? 'info' : 'warn']('operator action', {
        action: `${what} model`,
        operator,
        requestId,
        grpcStatus: status[code],
        model,
      })
    try {
      refuseOverrides(parameters)
      await catalogue[what](model_name)
      exchange.model = model_name
      tell(status.OK)
      return {}
    } catch (error) {
      const code = statusOf(error)
      tell(code)
      log.error(`model could not be ${what}ed`, { model, requestId, error })
      if (code === status.INTERNAL) throw error
      throw new CallError(code, `failed to ${what} '${model}': ${(error as Error).message}`, { cause: error })
    }
  }

  return {
    ServerLive: () => ({ live: true }),
    ServerReady: () => ({ ready: isReady() }),
    async ModelReady({ request }: ServerUnaryCall<ModelMessage, object>, exchange: Exchange) {
      try {
        await find(request.name, request.version, exchange)
        return { ready: true }
      } catch (error) {
        // clients ask again and again until it is, and would give up at an error
        if (NOT_READY.includes(statusOf(error))) return { ready: false }
        throw error
      }
    },
    ServerMetadata: () => ({ name: 'scaling-mlops', version: about.version, extensions: EXTENSIONS }),
    async ModelMetadata({ request }: ServerUnaryCall<ModelMessage, object>, exchange: Exchange) {
      const servable = await find(request.name, request.version, exchange)
      return describeModel(
        servable,
        catalogue.list().find(({ name }) => name === servable.name),
      )
    },
    async ModelConfig({ request }: ServerUnaryCall<ModelMessage, object>, exchange: Exchange) {
      return { config: describeConfig(await find(request.name, request.version, exchange)) }
    },
    async ModelStatistics({ request }: ServerUnaryCall<ModelMessage, object>, exchange: Exchange) {
      const { name, version } = request
      if (name === '') return { model_stats: await describeAllStatistics(catalogue) }
      return { model_stats: [describeStatistics(await find(name, version, exchange))] }
    },
    async ModelInfer(call: ServerUnaryCall<InferRequestMessage, object>, exchange: Exchange) {
      admission.enter()
      try {
        return await answerInfer(call, exchange)
      } finally {
        admission.leave()
      }
    },
    RepositoryIndex: ({ request }: ServerUnaryCall<IndexMessage, object>) => ({
      models: catalogue
        .index()
        .filter(({ state }) => !request.ready || state === 'READY')
        .map(entry => ({ ...entry, version: String(entry.version) })),
    }),
    RepositoryModelLoad: (call: ServerUnaryCall<ChangeMessage, object>, exchange: Exchange) =>
      change('load', call.request, exchange),
    RepositoryModelUnload: (call: ServerUnaryCall<ChangeMessage, object>, exchange: Exchange) =>
      change('unload', call.request, exchange),
  }
}

function signalOf(call: ServerUnaryCall<unknown, unknown>): NonNullable<Call['signal']> {
  return {
    get aborted() {
      return call.cancelled
    },
  }
}

/** Of Triton's parameters for loading, a configuration and files that take the place of those in the repository. */
function refuseOverrides(parameters: ChangeMessage['parameters']): void {
  const override = Object.keys(parameters).find(name => name === 'config' || name.startsWith('file:'))
  if (override !== undefined)
    throw new CallError(
      status.INVALID_ARGUMENT,
      `"${override.slice(0, 60)}" is not taken: a model is loaded as it lies in the repository`,
    )
}
