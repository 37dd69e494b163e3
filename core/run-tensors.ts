import { type Batcher, type BatchLimits, createBatcher, type RunBatch } from './batcher.ts'
import type { Call } from './call-queue.ts'
import type { Clock } from './ports/clock.ts'
import type { Metrics } from './ports/metrics.ts'
import type { Model, Tensor, TensorDescription } from './ports/model.ts'
import type { Scheduler } from './ports/scheduler.ts'
import type { TracedRun } from './ports/tracer.ts'
import { createServiceTime } from './service-time.ts'

/** Named tensors in, the named outputs out; what they hold was checked by the caller. Rejects as `Predict` does. */
export type RunTensors = (
  inputs: Readonly<Record<string, Tensor>>,
  outputs: readonly string[],
  call?: Call,
) => Promise<Readonly<Record<string, Tensor>>>

type Request = { readonly inputs: Readonly<Record<string, Tensor>>; readonly outputs: readonly string[] }
type Answer = { readonly outputs: Readonly<Record<string, Tensor>>; readonly first: number }

type Dependencies = {
  readonly model: Model
  readonly limits: BatchLimits
  readonly scheduler: Scheduler
  readonly metrics: Metrics
  readonly clock: Clock
}

/**
 * A graph without a feature table, behind the same queue and its limits. Every call is a run of its own: nothing promises that the rows
 * of a foreign graph do not depend on each other.
 */
export function createRunTensors({ model, limits, scheduler, metrics, clock }: Dependencies): {
  readonly runTensors: RunTensors
  readonly refusal: Batcher['refusal']
} {
  const runOne: RunBatch<Request, Answer> = async ([request]) => {
    const { inputs, outputs } = request as Request
    const run = await model.run(inputs, outputs)
    return { scores: { outputs: run.outputs, first: 0 }, milliseconds: run.milliseconds }
  }
  const { score, refusal } = createBatcher({
    runBatch: runOne,
    slots: model.concurrency,
    limits: { ...limits, maxRows: 1 },
    serviceTime: createServiceTime(),
    scheduler,
    clock,
    metrics,
  })

  const runTensors: RunTensors = async (inputs, outputs, call) => {
    const started = clock.monotonic()
    const rows = rowsOf(inputs)
    const { onRun } = call ?? {}
    // the queue counts requests, which are a run each
    const traced = onRun && { ...call, onRun: (run: TracedRun) => onRun({ ...run, rows, batchRows: rows }) }
    const answer = await score([{ inputs, outputs }], traced ?? call)
    metrics.count('Predictions', rows)
    metrics.observe('PredictionLatency', clock.monotonic() - started)
    return answer.outputs
  }
  return { runTensors, refusal }
}

/** A run of zeros, one of each length that is free, so that the first request does not pay for the graph's preparation. Says nothing where the graph does not take zeros. */
export async function warmUpTensors({ inputs, outputs, run }: Model): Promise<void> {
  const feeds = Object.fromEntries(inputs.map(input => [input.name, zeros(input)]))
  const names = outputs.map(({ name }) => name)
  await run(feeds, names).catch(() => {})
}

function rowsOf(inputs: Readonly<Record<string, Tensor>>): number {
  return Object.values(inputs)[0]?.shape[0] ?? 1
}

function zeros({ type, shape }: TensorDescription): Tensor {
  const lengths = shape.map(length => Math.max(1, length))
  const count = lengths.reduce((product, length) => product * length, 1)
  return { type, shape: lengths, data: STORAGE[type](count) }
}

const STORAGE = {
  bool: count => new Uint8Array(count),
  uint8: count => new Uint8Array(count),
  uint16: count => new Uint16Array(count),
  uint32: count => new Uint32Array(count),
  uint64: count => new BigUint64Array(count),
  int8: count => new Int8Array(count),
  int16: count => new Int16Array(count),
  int32: count => new Int32Array(count),
  int64: count => new BigInt64Array(count),
  float16: count => new Uint16Array(count),
  float32: count => new Float32Array(count),
  float64: count => new Float64Array(count),
  string: count => new Array<string>(count).fill(''),
} as const satisfies Record<Tensor['type'], (count: number) => Tensor['data']>
