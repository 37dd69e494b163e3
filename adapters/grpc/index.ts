export { type GrpcListening, listenGrpc } from './grpc-server.ts'
export { healthService, inferenceService } from './services.ts'
