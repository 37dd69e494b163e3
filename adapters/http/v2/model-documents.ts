import type { Servable, Spent } from '@scaling-mlops/core'
import { describeInputs, describeOutputs, type TensorMetadata } from '@scaling-mlops/core/inference'

/** A model in the words of Triton's model configuration, as far as they have a meaning here. */
export function toConfig(servable: Servable): object {
  const { maxBatchSize } = servable
  const toTensor = ({ name, datatype, shape }: TensorMetadata): object => ({
    name,
    data_type: `TYPE_${datatype === 'BYTES' ? 'STRING' : datatype}`,
    dims: maxBatchSize === undefined ? shape : shape.slice(1),
  })
  return {
    name: servable.name,
    platform: 'onnxruntime_onnx',
    backend: 'onnxruntime',
    default_model_filename: 'model.onnx',
    // with 0 dims are whole, their first the batch
    max_batch_size: maxBatchSize ?? 0,
    input: describeInputs(servable).map(toTensor),
    output: describeOutputs(servable).map(toTensor),
  }
}

/** What a version has done, in nanoseconds, as Triton's statistics extension counts it. */
export function toStatistics({ name, version, statistics }: Servable): object {
  const { lastInference, rows, runs, success, failed, queue, compute, batches } = statistics()
  const none = { count: 0, ns: 0 }
  return {
    name,
    version: String(version),
    last_inference: lastInference,
    inference_count: rows,
    execution_count: runs,
    inference_stats: {
      success: toDuration(success),
      fail: { count: failed, ns: 0 },
      queue: toDuration(queue),
      compute_input: none,
      compute_infer: toDuration(compute),
      compute_output: none,
      cache_hit: none,
      cache_miss: none,
    },
    response_stats: {},
    batch_stats: [...batches]
      .sort(([a], [b]) => a - b)
      .map(([size, spent]) => ({
        batch_size: size,
        compute_input: none,
        compute_infer: toDuration(spent),
        compute_output: none,
      })),
    memory_usage: [],
  }
}

function toDuration({ count, milliseconds }: Spent): object {
  return { count, ns: Math.round(milliseconds * 1e6) }
}
