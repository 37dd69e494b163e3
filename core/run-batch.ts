import type { RunBatch } from './batcher.ts'
import { CoreError } from './errors.ts'
import type { Manifest } from './manifest.ts'
import type { Model, Tensor } from './ports/model.ts'
import { compilePreprocess } from './preprocess.ts'

/** Joins a graph with its manifest: rows run as one packed batch. Throws `invalid_manifest` where the two do not fit: wrong tensor names, types or widths. */
export function createRunBatch(manifest: Manifest, model: Model): RunBatch {
  const { width, write } = compilePreprocess(manifest.features)
  const outputs = [manifest.output]
  const stride = strideOf(manifest, model, width)
  const buffers: Float32Array[] = []

  return async rows => {
    const cells = rows.length * width
    let buffer = buffers.pop()
    if (buffer === undefined || buffer.length < cells) buffer = new Float32Array(Math.max(cells, width * MINIMUM_ROWS))
    for (let index = 0; index < rows.length; index++) {
      const row = rows[index] as (typeof rows)[number]
      if (row instanceof Float32Array) buffer.set(row, index * width)
      else write(row, buffer, index * width)
    }
    const tensor: Tensor = { type: 'float32', shape: [rows.length, width], data: buffer.subarray(0, cells) }
    const { outputs: results, milliseconds } = await model.run({ [manifest.input]: tensor }, outputs)
    // a buffer of a failed run is not used again: the run may still read it
    if (buffer.length <= width * KEPT_ROWS) buffers.push(buffer)
    const { data } = results[manifest.output] as Tensor
    return { scores: { values: data as Float32Array, stride, first: 0 }, milliseconds }
  }
}

/** Room of the smallest buffer, and of the largest that is kept for the next run. */
const MINIMUM_ROWS = 64
const KEPT_ROWS = 4096

/** Numbers per row of the deciding output, after checking that graph and manifest agree. */
function strideOf({ task, input, output }: Manifest, model: Model, width: number): number {
  const fits = (condition: boolean, message: string): void => {
    if (!condition) throw new CoreError('invalid_manifest', message)
  }
  const packed = model.inputs.find(({ name }) => name === input)
  const deciding = model.outputs.find(({ name }) => name === output)
  fits(
    packed !== undefined,
    `the graph has no input "${input}"; it has ${model.inputs.map(({ name }) => name).join(', ')}`,
  )
  fits(
    deciding !== undefined,
    `the graph has no output "${output}"; it has ${model.outputs.map(({ name }) => name).join(', ')}`,
  )
  fits(
    packed?.type === 'float32' && deciding?.type === 'float32',
    `input "${input}" and output "${output}" must be float32`,
  )
  const columns = packed?.shape[1] ?? -1
  fits(columns === width || columns === -1, `input "${input}" has ${columns} columns, the feature table makes ${width}`)
  const declared = deciding?.shape.length === 1 ? 1 : (deciding?.shape[1] ?? -1)
  const wanted = task.kind === 'multiclass' ? [task.classes.length] : task.kind === 'binary' ? [1, 2] : [1]
  const stride = declared === -1 ? (wanted[0] as number) : declared
  fits(
    wanted.includes(stride),
    `output "${output}" has ${stride} numbers a row, a ${task.kind} task needs ${wanted.join(' or ')}`,
  )
  return stride
}
