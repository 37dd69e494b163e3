import type { Scores } from './decision.ts'
import { CoreError } from './errors.ts'
import type { Manifest } from './manifest.ts'
import type { Model, Tensor } from './ports/model.ts'
import { compilePreprocess } from './preprocess.ts'
import type { Row } from './validate.ts'

/** Runs rows through the graph as one batch: the deciding output, in the order of the rows. */
export type Score = (rows: readonly Row[]) => Promise<Scores>

/** Joins a graph with its manifest. Throws `invalid_manifest` where the two do not fit: wrong tensor names, types or widths. */
export function createScore(manifest: Manifest, model: Model): Score {
  const { width, write } = compilePreprocess(manifest.features)
  const outputs = [manifest.output]
  const stride = strideOf(manifest, model, width)

  return async rows => {
    const data = new Float32Array(rows.length * width)
    rows.forEach((row, index) => {
      write(row, data, index * width)
    })
    const results = await model.run(
      { [manifest.input]: { type: 'float32', shape: [rows.length, width], data } },
      outputs,
    )
    const { data: values } = results[manifest.output] as Tensor
    return { values: values as Float32Array, stride }
  }
}

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
