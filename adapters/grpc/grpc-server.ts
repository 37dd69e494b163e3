import {
  type handleUnaryCall,
  logVerbosity,
  type Metadata,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  setLogVerbosity,
  status,
} from '@grpc/grpc-js'
import type { Log } from '@scaling-mlops/core'
import { createInferenceCalls, type InferenceOptions } from './inference-calls.ts'
import { healthService, inferenceService } from './services.ts'
import { toStatus } from './status.ts'

export type GrpcOptions = InferenceOptions & {
  readonly host: string
  readonly port: number
  /** Largest message that is read, in bytes after decompression. */
  readonly maxMessageBytes: number
  /** Lets a call pass that would go to this path over HTTP, or throws what it lacks (`unauthorized`, `forbidden`). */
  readonly authorize: (path: string, headers: Headers) => void
  readonly log: Log
}

export type GrpcListening = {
  readonly port: number
  /** No new calls; those in flight are answered, or ended after so many milliseconds. */
  close(graceMs: number): Promise<void>
}

/** Calls of one connection that may be in flight: as many again wait in the client. */
const MOST_CALLS = 1000

/** Serves the Open Inference Protocol and gRPC's health service, in plain text. Rejects where it cannot listen. */
export async function listenGrpc({
  host,
  port,
  maxMessageBytes,
  authorize,
  log,
  ...options
}: GrpcOptions): Promise<GrpcListening> {
  // its own lines are no lines of the log, and what goes wrong is told by errors
  setLogVerbosity(logVerbosity.NONE)
  const server = new Server({
    'grpc.max_receive_message_length': maxMessageBytes,
    'grpc.max_send_message_length': -1,
    'grpc.max_concurrent_streams': MOST_CALLS,
  })

  const unary =
    <Message>(
      path: string,
      answer: (call: ServerUnaryCall<Message, object>) => object,
    ): handleUnaryCall<Message, object> =>
    async (call, respond) => {
      try {
        authorize(path, headersOf(call))
        respond(null, await answer(call))
      } catch (error) {
        const told = toStatus(error)
        if (told.code === status.INTERNAL) log.error('call failed', { call: call.getPath(), error })
        respond(told)
      }
    }

  const calls = createInferenceCalls(options)
  // each with the path where it would go over HTTP, for the key that it may want
  server.addService(inferenceService, {
    ServerLive: unary('/v2/health/live', calls.ServerLive),
    ServerReady: unary('/v2/health/ready', calls.ServerReady),
    ModelReady: unary('/v2/models/:name/ready', calls.ModelReady),
    ServerMetadata: unary('/v2', calls.ServerMetadata),
    ModelMetadata: unary('/v2/models/:name', calls.ModelMetadata),
    ModelInfer: unary('/v2/models/:name/infer', calls.ModelInfer),
    RepositoryIndex: unary('/v2/repository/index', calls.RepositoryIndex),
  })
  server.addService(healthService, {
    Check: ((call, respond) => {
      const { service } = call.request
      if (SERVICES.has(service)) respond(null, { status: options.isReady() ? 'SERVING' : 'NOT_SERVING' })
      else respond({ code: status.NOT_FOUND, details: `there is no such service; there are ${NAMES}` })
    }) satisfies handleUnaryCall<{ readonly service: string }, object>,
  })

  const address = host.includes(':') ? `[${host}]` : host
  const bound = await new Promise<number>((resolve, reject) =>
    server.bindAsync(`${address}:${port}`, ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  )
  return {
    port: bound,
    close: graceMs =>
      new Promise(resolve => {
        const patience = setTimeout(() => server.forceShutdown(), graceMs)
        server.tryShutdown(() => {
          clearTimeout(patience)
          resolve()
        })
      }),
  }
}

/** What may be asked for its health; the empty name means the server. */
const SERVICES: ReadonlySet<string> = new Set(['', 'inference.GRPCInferenceService', 'grpc.health.v1.Health'])
const NAMES = [...SERVICES].filter(name => name !== '').join(' and ')

function headersOf({ metadata }: { readonly metadata: Metadata }): Headers {
  const texts = Object.entries(metadata.getMap()).filter(([, value]) => typeof value === 'string')
  return new Headers(texts as [string, string][])
}
