import type { TrainedModel } from '@scaling-mlops/core/training'
import { type GraphOptions, writeLinear } from './write-linear.ts'

/** A trained model as the bytes of an ONNX file; compare it with the trainer before anyone is served by it. */
export function writeGraph(model: TrainedModel, options: GraphOptions): Uint8Array {
  return writeLinear(model, options)
}
