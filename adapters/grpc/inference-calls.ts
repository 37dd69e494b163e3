import { randomUUID } from 'node:crypto'
import type { ServerUnaryCall } from '@grpc/grpc-js'
import type { Admission, Call, Catalogue, Clock } from '@scaling-mlops/core'
import { describeModel, infer } from '@scaling-mlops/core/inference'
import about from '../package.json' with { type: 'json' }
import { readInferRequest } from './infer-request.ts'
import { writeOutputs } from './infer-response.ts'
import type { IndexMessage, InferRequestMessage, ModelMessage } from './messages.ts'

export type InferenceOptions = {
  readonly catalogue: Catalogue
  /** Stands before every call that brings work. */
  readonly admission: Admission
  readonly clock: Clock
  /** Whether calls should be sent here: true from the first to the last moment of service. */
  readonly isReady: () => boolean
}

/** The calls of `inference.GRPCInferenceService`: each takes its message and answers another, or rejects with a CoreError. */
export function createInferenceCalls({ catalogue, admission, clock, isReady }: InferenceOptions) {
  const find = (name: string, version: string) => catalogue.find(name, version || undefined)

  const answerInfer = async (call: ServerUnaryCall<InferRequestMessage, object>): Promise<object> => {
    const { model_name, model_version, id, ...message } = call.request
    const started = clock.monotonic()
    const servable = await find(model_name, model_version)
    const { inputs, outputs, timeout, isRaw } = readInferRequest(message)
    const requestId = id || randomUUID()
    const rowId = (index: number) => (inputs[0]?.shape[0] === 1 ? requestId : `${requestId}/${index + 1}`)
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
      id: requestId,
      ...writeOutputs(answers, isRaw),
    }
  }

  /** The earlier of the moment that the request names and that of the call itself. */
  const deadlineOf = (named: number | undefined, call: ServerUnaryCall<unknown, unknown>): Pick<Call, 'deadline'> => {
    const left = Number(call.getDeadline()) - clock.now()
    const deadline = Math.min(named ?? Number.POSITIVE_INFINITY, clock.monotonic() + left)
    return Number.isFinite(deadline) ? { deadline } : {}
  }

  return {
    ServerLive: () => ({ live: true }),
    ServerReady: () => ({ ready: isReady() }),
    async ModelReady({ request }: ServerUnaryCall<ModelMessage, object>) {
      await find(request.name, request.version)
      return { ready: true }
    },
    ServerMetadata: () => ({ name: 'scaling-mlops', version: about.version, extensions: ['model_repository'] }),
    async ModelMetadata({ request }: ServerUnaryCall<ModelMessage, object>) {
      const servable = await find(request.name, request.version)
      return describeModel(
        servable,
        catalogue.list().find(({ name }) => name === servable.name),
      )
    },
    async ModelInfer(call: ServerUnaryCall<InferRequestMessage, object>) {
      admission.enter()
      try {
        return await answerInfer(call)
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
  }
}

function signalOf(call: ServerUnaryCall<unknown, unknown>): NonNullable<Call['signal']> {
  return {
    get aborted() {
      return call.cancelled
    },
  }
}
