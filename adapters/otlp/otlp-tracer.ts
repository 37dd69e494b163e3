import { randomUUID } from 'node:crypto'
import {
  type Clock,
  deliverLines,
  type LineDelivery,
  type Log,
  type Timer,
  type TracedRun,
  type Tracer,
} from '@scaling-mlops/core'
import about from '../package.json' with { type: 'json' }
import { createOtlpSink } from './otlp-sink.ts'
import { randomId } from './random-id.ts'
import { createSampler, type SamplerName } from './sampler.ts'
import { type SpanFields, toAttributes, toSpanText } from './span-text.ts'
import { readTraceContext } from './trace-context.ts'

export type OtlpOptions = {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly sampler: SamplerName
  readonly ratio: number
  /** What all spans have in common: `service.name` and the like. */
  readonly resource: Readonly<Record<string, string>>
  readonly clock: Clock
  readonly timer: Timer
  readonly log: Log
}

export type OtlpTracer = Tracer & Pick<LineDelivery, 'flush' | 'close'>

/** Of a request of very many runs the first are told one by one, all by their number. */
const MOST_RUNS = 64

/**
 * A tracer that posts its spans as OTLP/JSON in the background. Its memory is bounded, and nobody waits for it: where the collector cannot be reached the
 * log says so once and spans are dropped.
 */
export function openOtlp({ sampler, ratio, resource, clock, timer, log, ...target }: OtlpOptions): OtlpTracer {
  const isSampled = createSampler(sampler, ratio)
  const sink = createOtlpSink({
    ...target,
    resource: toAttributes({ ...resource, 'service.version': about.version, 'service.instance.id': randomUUID() }),
    scope: { name: 'scaling-mlops', version: about.version },
    clock,
    log,
  })
  const { add, flush, close } = deliverLines({ sink, timer, log, name: 'traces' })

  const begin: Tracer['begin'] = ({ started, ...headers }) => {
    const parent = readTraceContext(headers)
    const traceId = parent?.traceId ?? randomId(16)
    if (!isSampled(traceId, parent)) return undefined
    const spanId = randomId(8)
    const runs: TracedRun[] = []
    let count = 0

    return {
      onRun(run) {
        if (++count <= MOST_RUNS) runs.push(run)
      },
      end({ name, attributes, model, version, isFault }) {
        // the clock's two hands are compared once a request, so that its spans fit together
        const ended = clock.monotonic()
        const zero = clock.now() - ended
        const ofModel = { 'model_serving.model': model, 'model_serving.version': version }
        const shared = { traceId, state: parent?.state, isParentRemote: false, isFault: false }
        const write = (span: Omit<SpanFields, 'traceId' | 'state'>): void =>
          add(`${toSpanText({ ...shared, ...span, started: zero + span.started, ended: zero + span.ended })}\n`)

        write({
          spanId,
          parentId: parent?.parentId,
          isParentRemote: parent !== undefined,
          kind: 'server',
          name,
          started,
          ended,
          attributes: { ...attributes, ...ofModel, 'model_serving.runs': count },
          isFault,
        })
        for (const run of runs) {
          const child = { parentId: spanId, isParentRemote: false, kind: 'internal' } as const
          write({
            ...child,
            spanId: randomId(8),
            name: 'queue wait',
            started: run.arrived,
            ended: run.started,
            attributes: { 'model_serving.rows': run.rows },
            isFault: false,
          })
          write({
            ...child,
            spanId: randomId(8),
            name: 'model run',
            started: run.started,
            ended: run.ended,
            attributes: { ...ofModel, 'model_serving.rows': run.rows, 'model_serving.batch_rows': run.batchRows },
            isFault: run.failed,
          })
        }
      },
    }
  }

  return { begin, flush, close }
}
