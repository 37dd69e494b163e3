import type { Servable } from '../servable.ts'
import { describeInputs, describeOutputs, type TensorMetadata } from './describe.ts'

/** A model in the words of Triton's model_config.proto, as far as they have a meaning here. */
export function describeConfig(servable: Servable): object {
  const { name, maxBatchSize } = servable
  const toTensor = ({ name, datatype, shape }: TensorMetadata): object => ({
    name,
    data_type: `TYPE_${datatype === 'BYTES' ? 'STRING' : datatype}`,
    dims: maxBatchSize === undefined ? shape : shape.slice(1),
  })
  return {
    name,
    platform: 'onnxruntime_onnx',
    backend: 'onnxruntime',
    // with 0 dims are whole, their first the batch
    max_batch_size: maxBatchSize ?? 0,
    input: describeInputs(servable).map(toTensor),
    output: describeOutputs(servable).map(toTensor),
  }
}
