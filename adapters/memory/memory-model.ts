import { CoreError, type Model, type Tensor, type TensorDescription } from '@scaling-mlops/core'

type MemoryModelOptions = {
  readonly input: string
  readonly columns: number
  readonly output: string
  /** Numbers of the output per row. */
  readonly stride?: number
  /** The graph: one row's columns to its outputs. */
  readonly compute: (columns: Float32Array) => readonly number[]
}

/** A graph made of a function, for tests and experiments: packed float32 in, float32 out, like a real one. */
export function createMemoryModel({ input, columns, output, stride = 1, compute }: MemoryModelOptions): Model {
  let closed = false
  const describe = (name: string, width: number): TensorDescription => ({ name, type: 'float32', shape: [-1, width] })
  return {
    inputs: [describe(input, columns)],
    outputs: [describe(output, stride)],
    concurrency: 1,
    async run(inputs, outputs) {
      if (closed) throw new CoreError('model_unavailable', 'the model is closed')
      const given = inputs[input]
      if (given?.shape[1] !== columns || outputs.some(name => name !== output))
        throw new Error(`this model reads "${input}" [n, ${columns}] and writes "${output}"`)
      const rows = given.shape[0] ?? 0
      const values = new Float32Array(rows * stride)
      for (let row = 0; row < rows; row++)
        values.set(compute((given.data as Float32Array).subarray(row * columns, (row + 1) * columns)), row * stride)
      return {
        outputs: { [output]: { type: 'float32', shape: [rows, stride], data: values } satisfies Tensor },
        milliseconds: 0,
      }
    },
    async close() {
      closed = true
    },
  }
}
