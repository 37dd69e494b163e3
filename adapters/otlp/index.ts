export { type OtlpOptions, type OtlpTracer, openOtlp } from './otlp-tracer.ts'
