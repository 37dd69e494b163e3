import { createRequire } from 'node:module'
import { CoreError, type Model, type Tensor, type TensorDescription, type TensorType } from '@scaling-mlops/core'
import type { InferenceSession, Tensor as OrtTensor, TypedTensor } from 'onnxruntime-node'
import { createInFlight } from './in-flight.ts'

export type OnnxOptions = {
  /** Threads inside one operator. A tabular row is too small to share: 1 by default. Never left to the runtime, which fails to ask in small containers. */
  readonly threads?: number
}

/** Opens a graph in ONNX Runtime, ZipMaps stripped. Rejects with `model_unavailable` where the bytes are no graph it can run. */
export async function openOnnxModel(graph: Uint8Array, { threads = 1 }: OnnxOptions = {}): Promise<Model> {
  const { InferenceSession, Tensor } = loadRuntime()
  const session = await InferenceSession.create(await withoutZipMaps(graph), {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
    // a tabular model has no large tensors to keep memory for: without the arena a process is smaller and a run not slower
    enableCpuMemArena: false,
  }).catch(cause => {
    throw new CoreError('model_unavailable', `not a graph that ONNX Runtime can run: ${firstLine(cause)}`, { cause })
  })

  const inFlight = createInFlight()
  return {
    inputs: session.inputMetadata.map(describe),
    outputs: session.outputMetadata.map(describe),
    concurrency: 1,
    run: (inputs, outputs) =>
      inFlight.run(async () => {
        const feeds: Record<string, OrtTensor> = {}
        for (const name in inputs) {
          const { type, data, shape } = inputs[name] as Tensor
          feeds[name] = new Tensor(type as 'float32', data as Float32Array, shape)
        }
        // the runtime computes in an immediate of its own: this one comes right before it, and the time between is the graph's
        let started = 0
        setImmediate(() => {
          started = performance.now()
        })
        const results = await session.run(feeds, outputs)
        return { outputs: toTensors(results, outputs), milliseconds: performance.now() - started }
      }),
    close: () => inFlight.close(() => session.release()),
  }
}

/** Loads the runtime and answers its version. Rejects where this machine cannot load it. */
export async function loadOnnxRuntime(): Promise<string> {
  const { env } = loadRuntime()
  return env.versions.node ?? env.versions.common
}

/** A ZipMap's name stands in the file as it is; what takes the nodes out is loaded for graphs that may have some. */
async function withoutZipMaps(graph: Uint8Array): Promise<Uint8Array> {
  if (!Buffer.from(graph.buffer, graph.byteOffset, graph.byteLength).includes('ZipMap')) return graph
  const { stripZipMaps } = await import('./strip-zip-maps.ts')
  return stripZipMaps(graph)
}

type Runtime = typeof import('onnxruntime-node')

/** Required, since Node reads a CommonJS package twice that is imported. */
const fromHere = createRequire(import.meta.url)

/** Loaded on first use, with its usage reports switched off: the runtime reads that setting while it loads. */
function loadRuntime(): Runtime {
  process.env.ORT_DISABLE_TELEMETRY = '1'
  return fromHere('onnxruntime-node')
}

function toTensors(results: InferenceSession.OnnxValueMapType, names: readonly string[]): Record<string, Tensor> {
  const tensors: Record<string, Tensor> = {}
  for (const name of names) {
    const { type, dims, data } = results[name] as TypedTensor<'float32'>
    tensors[name] = { type, shape: dims, data }
  }
  return tensors
}

function describe(metadata: InferenceSession.ValueMetadata): TensorDescription {
  if (!metadata.isTensor)
    throw new CoreError(
      'model_unavailable',
      `"${metadata.name}" is a sequence or a map, not a tensor; ONNX Runtime's Node binding cannot read it`,
    )
  return {
    name: metadata.name,
    type: metadata.type as TensorType,
    shape: metadata.shape.map(length => (typeof length === 'number' ? length : -1)),
  }
}

function firstLine(error: unknown): string {
  return String((error as Error)?.message ?? error).split('\n', 1)[0] ?? ''
}
