import type { Call } from '../call-queue.ts'
import type { Tensor } from '../ports/model.ts'
import type { Servable } from '../servable.ts'
import { DATATYPES, datatypeOf } from './datatype.ts'
import { type InferenceTensor, invalidTensor, unknownTensor } from './inference-tensor.ts'

/** A run over the graph's own tensors, each compared with what the graph declares. */
export async function inferTensors(
  servable: Extract<Servable, { rows?: never }>,
  inputs: readonly InferenceTensor[],
  outputs: readonly string[],
  call: Call | undefined,
): Promise<readonly InferenceTensor[]> {
  for (const input of inputs) checkInput(input, servable)
  checkRows(inputs, servable)
  for (const { name, type, shape } of servable.inputs)
    if (!inputs.some(input => input.name === name))
      throw invalidTensor(name, `missing; it must be ${datatypeOf(type)} [${shape.join(',')}]`)
  const tensors = Object.fromEntries(
    inputs.map(({ name, datatype, shape, data }): [string, Tensor] => [
      name,
      { type: DATATYPES[datatype], shape, data },
    ]),
  )
  const results = await servable.runTensors(tensors, outputs, call)
  return outputs.map(name => {
    const { type, shape, data } = results[name] as Tensor
    return { name, datatype: datatypeOf(type), shape, data }
  })
}

function checkInput({ name, datatype, shape }: InferenceTensor, servable: Servable): void {
  const { name: model, version, inputs } = servable
  const wanted = inputs.find(input => input.name === name)
  if (wanted === undefined)
    throw unknownTensor(
      'input',
      name,
      inputs.map(input => input.name),
      servable,
    )
  const expected = datatypeOf(wanted.type)
  if (datatype !== expected)
    throw invalidTensor(name, `datatype is ${datatype}, model '${model}' version ${version} expects ${expected}`)
  if (shape.length !== wanted.shape.length)
    throw invalidTensor(
      name,
      `shape [${shape.join(',')}] has ${shape.length} dimensions, model '${model}' version ${version} expects ${wanted.shape.length}: [${wanted.shape.join(',')}]`,
    )
  wanted.shape.forEach((length, dimension) => {
    if (length !== -1 && length !== shape[dimension])
      throw invalidTensor(
        name,
        `shape [${shape.join(',')}] has ${shape[dimension]} elements in dimension ${dimension}, model '${model}' version ${version} expects ${length}`,
      )
  })
}

/** Where the model's configuration speaks of rows, all inputs have as many, and no more than it says. */
function checkRows(inputs: readonly InferenceTensor[], { name: model, version, maxBatchSize }: Servable): void {
  if (maxBatchSize === undefined) return
  const [first] = inputs
  for (const { name, shape } of inputs) {
    const [rows = 0] = shape
    if (rows > maxBatchSize)
      throw invalidTensor(
        name,
        `shape [${shape.join(',')}] has ${rows} rows, model '${model}' version ${version} takes ${maxBatchSize} at the most`,
      )
    if (rows !== first?.shape[0])
      throw invalidTensor(name, `has ${rows} rows, input '${first?.name}' has ${first?.shape[0]}`)
  }
}
