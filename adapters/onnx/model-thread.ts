import { parentPort } from 'node:worker_threads'
import type { Run, Tensor } from '@scaling-mlops/core'
import { workerData } from 'piscina'
import { openOnnxModel } from './onnx-model.ts'

export type ThreadTask = { readonly inputs: Readonly<Record<string, Tensor>>; readonly outputs: readonly string[] }

const model = await openOnnxModel(workerData as Uint8Array)
parentPort?.postMessage('open')

export default ({ inputs, outputs }: ThreadTask): Promise<Run> => model.run(inputs, outputs)
