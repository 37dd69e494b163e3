import type { TraceContext } from './trace-context.ts'

/** OpenTelemetry's own samplers, by the names of OTEL_TRACES_SAMPLER. */
export type SamplerName = `${'parentbased_' | ''}${'always_on' | 'always_off' | 'traceidratio'}`

/** Whether a trace is kept, by its id and by what its caller decided. */
export type Sampler = (traceId: string, parent: TraceContext | undefined) => boolean

/** The random part of an id, as W3C's second level says it: its last 56 bits. */
const RANDOM_DIGITS = 14

/** `ratio` is the share that the ratio samplers keep: of one trace every service with the same ratio decides the same. */
export function createSampler(name: SamplerName, ratio: number): Sampler {
  const rejected = (1 - ratio) * 16 ** RANDOM_DIGITS
  const ofRatio = (traceId: string): boolean => Number.parseInt(traceId.slice(-RANDOM_DIGITS), 16) >= rejected
  const keeps = name.endsWith('always_on') ? () => true : name.endsWith('always_off') ? () => false : ofRatio
  if (!name.startsWith('parentbased_')) return keeps
  return (traceId, parent) => (parent === undefined ? keeps(traceId) : parent.sampled)
}
