import { parentPort, workerData } from 'node:worker_threads'
import { type Compression, compress, utf8 } from '@scaling-mlops/adapters/files'
import { openOnnxModel, readLinearGraph } from '@scaling-mlops/adapters/onnx'
import { createRunBatch, type Manifest } from '@scaling-mlops/core'
import { compileLinearExplain, type Explain } from '@scaling-mlops/core/explanation'
import { compileScorer, type FilePlan, type ScoreBlock } from '@scaling-mlops/core/files'

export type ThreadData = {
  readonly manifest: Manifest
  readonly graph: Uint8Array
  readonly compression: Compression
  /** Columns of the average row, for a linear model whose scores are to be explained. */
  readonly means?: Float64Array | undefined
}
export type ThreadRequest = { readonly plan: FilePlan } | { readonly block: Uint8Array } | { readonly end: true }

// a thread that scores the blocks it is sent, one after another, in the order they come
const { manifest, graph, compression, means } = workerData as ThreadData
const dependencies = {
  manifest,
  runBatch: createRunBatch(manifest, await openOnnxModel(graph)),
  text: utf8,
  explain: means && (await explainFrom(means)),
}
let score: ScoreBlock | undefined
let before: Promise<unknown> = Promise.resolve()

parentPort?.on('message', (request: ThreadRequest) => {
  before = before.then(() => answer(request))
})

async function answer(request: ThreadRequest): Promise<void> {
  if ('plan' in request) {
    score = compileScorer(request.plan, dependencies)
    return
  }
  if ('end' in request) {
    parentPort?.close()
    return
  }
  try {
    const scored = await (score as ScoreBlock)(request.block)
    // its memory is free now, and not when the collector next comes by
    ;(request.block.buffer as ArrayBuffer).transfer(0)
    const packed = compress(scored.output, compression)
    // zlib's buffers cannot be handed over
    const output = compression === 'none' ? packed : new Uint8Array(packed)
    parentPort?.postMessage({ scored: { ...scored, output } }, [output.buffer as ArrayBuffer])
  } catch (error) {
    parentPort?.postMessage({ error })
  }
}

async function explainFrom(means: Float64Array): Promise<Explain | undefined> {
  const { input, output } = manifest
  const linear = typeof input === 'string' ? await readLinearGraph(graph, { input, output }) : undefined
  return linear && compileLinearExplain(manifest, linear, means)
}
