import type { GrpcListening } from '@scaling-mlops/adapters/grpc'
import { createOperatorCheck, isKeyed } from '@scaling-mlops/adapters/http'
import type { Container } from 'inversify'
import { ConfigurationError } from '../configuration/read-configuration.ts'
import { isLoopback } from './container.ts'
import { tokens } from './tokens.ts'

/** What wants a key over HTTP whatever KEYED_PATHS says begins so. */
const OPERATORS_PATH = '/v2/repository/'

/** Serves gRPC on GRPC_PORT beside HTTP; without it nothing of it is loaded. Rejects with a ConfigurationError where it cannot listen. */
export async function openGrpc(container: Container): Promise<GrpcListening | undefined> {
  const { grpcPort, host, maxBodyBytes, apiKeys, keyedPaths } = container.get(tokens.configuration)
  if (grpcPort === undefined) return undefined
  const { listenGrpc } = await import('@scaling-mlops/adapters/grpc')
  const requireOperator = createOperatorCheck({ apiKeys, isLoopback: isLoopback(host) })
  const readiness = container.get(tokens.readiness)
  const { log, accessLog } = container.get(tokens.logging)
  const options = {
    host,
    port: grpcPort,
    maxMessageBytes: maxBodyBytes,
    catalogue: await container.getAsync(tokens.catalogue),
    admission: container.get(tokens.admission),
    clock: container.get(tokens.clock),
    log,
    accessLog,
    inFlight: container.get(tokens.inFlight),
    isReady: () => readiness.ready,
    authorize: (path: string, headers: Headers) =>
      path.startsWith(OPERATORS_PATH) || isKeyed(path, keyedPaths) ? requireOperator({ headers }) : undefined,
  }
  return listenGrpc(options).catch((error: Error) => {
    throw new ConfigurationError([`GRPC_PORT: cannot listen on port ${grpcPort} of ${host}: ${error.message}`])
  })
}
