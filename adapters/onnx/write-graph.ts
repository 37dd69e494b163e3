import type { TrainedModel } from '@scaling-mlops/core/training'
import type { GraphOptions } from './graph-steps.ts'
import { writeLinear } from './write-linear.ts'
import { writeTrees } from './write-trees.ts'

/** A trained model over `width` columns as the bytes of an ONNX file; compare it with the trainer before anyone is served by it. */
export function writeGraph(model: TrainedModel, width: number, options: GraphOptions): Uint8Array {
  return model.kind === 'linear' ? writeLinear(model, width, options) : writeTrees(model, width, options)
}
