import type { ServiceDefinition } from '@grpc/grpc-js'
import { fromJSON } from '@grpc/proto-loader'
import protobuf from 'protobufjs'
import { HEALTH_PROTOCOL, INFERENCE_PROTOCOL } from './protocol.ts'

/** The two services by their protocol buffers, which are read from text: no file belongs to them at run time. */
export const inferenceService = serviceOf(INFERENCE_PROTOCOL, 'inference.GRPCInferenceService')
export const healthService = serviceOf(HEALTH_PROTOCOL, 'grpc.health.v1.Health')

function serviceOf(protocol: string, name: string): ServiceDefinition {
  const { root } = protobuf.parse(protocol, { keepCase: true })
  const json = root.toJSON()
  const definitions = fromJSON(json, { keepCase: true, longs: String, enums: String, defaults: true, oneofs: true })
  return definitions[name] as ServiceDefinition
}
