import { availableParallelism } from 'node:os'
import type { Model, Tensor } from '@scaling-mlops/core'
import { openOnnxModel } from './onnx-model.ts'

/** One row that takes longer than this would hold up every other request of the process. */
const SLOW_MS = 3

/**
 * Opens a graph where it serves best: on the event loop, where a tabular row is a matter of microseconds, or in worker threads where
 * one row was measured to take more than three milliseconds. `threads` overrules the measurement: 0 for the event loop.
 */
export async function openServingModel(graph: Uint8Array, threads: number | 'auto'): Promise<Model> {
  if (threads !== 'auto') return threads === 0 ? openOnnxModel(graph) : openInThreads(graph, threads)
  const model = await openOnnxModel(graph)
  if ((await timeOneRow(model)) <= SLOW_MS) return model
  await model.close()
  return openInThreads(graph, availableParallelism())
}

/** Loads what threads need only where they are needed: most servers start without. */
async function openInThreads(graph: Uint8Array, threads: number): Promise<Model> {
  const { openThreadedModel } = await import('./threaded-model.ts')
  return openThreadedModel(graph, threads)
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
