import { Client, credentials, Metadata, type MethodDefinition, type ServiceError, status } from '@grpc/grpc-js'
import { healthService, inferenceService } from '@scaling-mlops/adapters/grpc'

/** An answer as its decoder gives it, read with care for what it may lack. */
export type Answered = {
  readonly code: string
  readonly details: string
  readonly message: Readonly<Record<string, unknown>>
  readonly trailers: Metadata
}

export type GrpcClient = {
  /** Calls and tells how it ended, in the names of gRPC's status codes. */
  call(method: string, message?: object, options?: { deadline?: Date; key?: string }): Promise<Answered>
  close(): void
}

/** A client of the public library, which reads the answers by itself. */
export function openGrpcClient(port: number): GrpcClient {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure())
  const definitions = { ...inferenceService, ...healthService }
  return {
    call: (method, message = {}, { deadline, key } = {}) =>
      new Promise(resolve => {
        const { path, requestSerialize, responseDeserialize } = definitions[method] as MethodDefinition<object, object>
        const metadata = new Metadata()
        if (key !== undefined) metadata.set('authorization', `Bearer ${key}`)
        client.makeUnaryRequest(
          path,
          requestSerialize,
          responseDeserialize,
          message,
          metadata,
          deadline === undefined ? {} : { deadline },
          (error: ServiceError | null, answer?: object) =>
            resolve({
              code: status[error?.code ?? status.OK] ?? '',
              details: error?.details ?? '',
              message: (answer ?? {}) as Answered['message'],
              trailers: error?.metadata ?? new Metadata(),
            }),
        )
      }),
    close: () => client.close(),
  }
}
