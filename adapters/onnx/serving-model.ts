import { availableParallelism } from 'node:os'
import type { Model, Tensor } from '@scaling-mlops/core'
import { openOnnxModel } from './onnx-model.ts'
import type { ThreadUse } from './thread-use.ts'

/** One row that takes longer than this would hold up every other request of the process. */
const SLOW_MS = 3

/**
 * Opens a graph where it serves best: on the event loop, where a tabular row is a matter of microseconds, or in worker threads where
 * one row was measured to take more than three milliseconds. `threads` overrules the measurement: 0 for the event loop. `share` is the
 * number of processes that the cores are for.
 */
export async function openServingModel(
  graph: Uint8Array,
  threads: number | 'auto',
  { share = 1, use }: { readonly share?: number; readonly use?: ThreadUse } = {},
): Promise<Model> {
  if (threads !== 'auto') return threads === 0 ? openOnnxModel(graph) : openInThreads(graph, threads, use)
  const model = await openOnnxModel(graph)
  if ((await timeOneRow(model)) <= SLOW_MS) return model
  await model.close()
  return openInThreads(graph, Math.max(1, Math.floor(availableParallelism() / share)), use)
}

/** Loads what threads need only where they are needed: most servers start without. */
async function openInThreads(graph: Uint8Array, threads: number, use: ThreadUse | undefined): Promise<Model> {
  const { openThreadedModel } = await import('./threaded-model.ts')
  return openThreadedModel(graph, threads, use)
}

/** The shortest of three runs of one row of zeros; 0 for a graph that cannot be asked so simply. */
async function timeOneRow(model: Model): Promise<number> {
  const inputs: Record<string, Tensor> = {}
  for (const { name, type, shape } of model.inputs) {
    if (type !== 'float32' || shape.slice(1).some(length => length < 1)) return 0
    const row = [1, ...shape.slice(1)]
    inputs[name] = { type, shape: row, data: new Float32Array(row.reduce((product, length) => product * length, 1)) }
  }
  const outputs = model.outputs.map(({ name }) => name)
  let shortest = Number.POSITIVE_INFINITY
  for (let attempt = 0; attempt < 3; attempt++)
    shortest = Math.min(shortest, (await model.run(inputs, outputs)).milliseconds)
  return shortest
}
