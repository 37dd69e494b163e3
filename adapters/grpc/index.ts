export { type GrpcListening, grpcLimits, listenGrpc } from './grpc-server.ts'
export { healthService, inferenceService } from './services.ts'
