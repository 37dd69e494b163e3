import type { RunBatch } from './batcher.ts'
import { CoreError } from './errors.ts'
import { compileFeed } from './feed.ts'
import type { Manifest } from './manifest.ts'
import type { Model, Tensor } from './ports/model.ts'

/** Joins a graph with its manifest: rows run as one batch. Throws `invalid_manifest` where the two do not fit: wrong tensor names, types or widths. */
export function createRunBatch(manifest: Manifest, model: Model): RunBatch {
  const feed = compileFeed(manifest, model)
  const outputs = [manifest.output]
  const checkStride = compileStrideCheck(manifest, model)

  return async rows => {
    const { inputs, release } = feed(rows)
    const { outputs: results, milliseconds } = await model.run(inputs, outputs)
    release()
    const values = (results[manifest.output] as Tensor).data as Float32Array
    const stride = values.length / rows.length
    checkStride(stride)
    return { scores: { values, stride, first: 0 }, milliseconds }
  }
}

/** Judges how many numbers per row the deciding output has: at once where the graph declares it, else with every run. */
function compileStrideCheck({ task, output }: Manifest, model: Model): (stride: number) => void {
  const wanted = task.kind === 'multiclass' ? [task.classes.length] : task.kind === 'binary' ? [1, 2] : [1]
  const check = (stride: number): void => {
    if (!wanted.includes(stride))
      throw new CoreError(
        'invalid_manifest',
        `output "${output}" has ${stride} numbers a row, a ${task.kind} task needs ${wanted.join(' or ')}`,
      )
  }
  const deciding = model.outputs.find(({ name }) => name === output)
  if (deciding === undefined)
    throw new CoreError(
      'invalid_manifest',
      `the graph has no output "${output}"; it has ${model.outputs.map(({ name }) => name).join(', ')}`,
    )
  if (deciding.type !== 'float32')
    throw new CoreError('invalid_manifest', `output "${output}" must be float32, it is ${deciding.type}`)
  const declared = deciding.shape.length === 1 ? 1 : (deciding.shape[1] ?? -1)
  if (declared !== -1) check(declared)
  return check
}
