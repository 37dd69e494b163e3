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
import type { AccessLog, RequestsInFlight } from '@scaling-mlops/core'
import { beginExchange, type Exchange } from './exchange.ts'
import { createInferenceCalls, type InferenceOptions } from './inference-calls.ts'
import { healthService, inferenceService } from './services.ts'
import { CallError, toStatus } from './status.ts'

export type GrpcOptions = InferenceOptions & {
  readonly host: string
  readonly port: number
  /** Largest message that is read, in bytes after decompression. */
  readonly maxMessageBytes: number
  /** Lets a call pass that would go to this path over HTTP, and names the operator where it wants one, or throws what it lacks (`unauthorized`, `forbidden`). */
  readonly authorize: (path: string, headers: Headers) => string | undefined
  readonly inFlight: RequestsInFlight
  readonly accessLog: AccessLog
}

export type GrpcListening = {
  readonly port: number
  /** No new calls; those in flight are answered, or ended after so many milliseconds. */
  close(graceMs: number): Promise<void>
}

/** What one connection may take of the server beside its deadlines. */
export const grpcLimits = {
  /** Calls in flight: more wait in the client. */
  callsOfConnection: 1000,
}

/** Serves the Open Inference Protocol and gRPC's health service, in plain text. Rejects where it cannot listen. */
export async function listenGrpc({
  host,
  port,
  maxMessageBytes,
  authorize,
  inFlight,
  accessLog,
  ...options
}: GrpcOptions): Promise<GrpcListening> {
  // its own lines are no lines of the log, and what goes wrong is told by errors
  setLogVerbosity(logVerbosity.NONE)
  const server = new Server({
    'grpc.max_receive_message_length': maxMessageBytes,
    'grpc.max_send_message_length': -1,
    'grpc.max_concurrent_streams': grpcLimits.callsOfConnection,
  })

  const { clock, log } = options
  const tell = (path: string, code: status, { started, operator: _, ...known }: Exchange): void => {
    const milliseconds = clock.monotonic() - started
    accessLog({ method: 'POST', path, status: 200, grpcStatus: status[code], milliseconds, ...known })
  }

  const unary =
    <Message>(
      path: string,
      answer: (call: ServerUnaryCall<Message, object>, exchange: Exchange) => object,
    ): handleUnaryCall<Message, object> =>
    async (call, respond) => {
      const exchange = beginExchange(clock.monotonic())
      let code = status.OK
      inFlight.begin()
      try {
        exchange.operator = authorize(path, headersOf(call))
        respond(null, await answer(call, exchange))
      } catch (error) {
        const told = toStatus(error)
        code = told.code
        if (code === status.INTERNAL)
          log.error('call failed', { call: call.getPath(), requestId: exchange.requestId, error })
        respond(told)
      }
      inFlight.end()
      tell(call.getPath(), code, exchange)
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
    ModelConfig: unary('/v2/models/:name/config', calls.ModelConfig),
    ModelStatistics: unary('/v2/models/:name/stats', calls.ModelStatistics),
    RepositoryIndex: unary('/v2/repository/index', calls.RepositoryIndex),
    RepositoryModelLoad: unary('/v2/repository/models/:name/load', calls.RepositoryModelLoad),
    RepositoryModelUnload: unary('/v2/repository/models/:name/unload', calls.RepositoryModelUnload),
  })
  server.addService(healthService, {
    Check: unary<{ readonly service: string }>('/v2/health/ready', ({ request }) => {
      if (SERVICES.has(request.service)) return { status: options.isReady() ? 'SERVING' : 'NOT_SERVING' }
      throw new CallError(status.NOT_FOUND, `there is no such service; there are ${NAMES}`)
    }),
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
