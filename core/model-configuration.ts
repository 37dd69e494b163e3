import { CoreError } from './errors.ts'
import type { Model, TensorDescription } from './ports/model.ts'

/** What a repository says of a graph without a feature table, beside the graph itself. */
export type ModelConfiguration = {
  /** Rows of one call at the most, which are then the first dimension of every tensor; undefined where nothing is said of rows. */
  readonly maxBatchSize?: number | undefined
  /** The tensors with their whole shapes; those of the graph where undefined. */
  readonly inputs?: readonly TensorDescription[] | undefined
  /** As for inputs; outputs of the graph may be left out. */
  readonly outputs?: readonly TensorDescription[] | undefined
  /** Settings that are well formed and mean nothing here, by name. */
  readonly ignored: readonly string[]
}

/** The model with the tensors that its configuration names, as narrow as either of them is. Throws `invalid_manifest` where it contradicts the graph. */
export function configureModel(model: Model, configuration: ModelConfiguration | undefined): Model {
  if (configuration === undefined) return model
  const { maxBatchSize, inputs, outputs } = configuration
  if (maxBatchSize !== undefined) for (const tensor of [...model.inputs, ...model.outputs]) requireRows(tensor)
  const forgotten = inputs && model.inputs.find(({ name }) => !inputs.some(input => input.name === name))
  if (forgotten) throw contradiction(`the graph's input "${forgotten.name}" is missing`)
  return {
    ...model,
    inputs: inputs?.map(input => narrow('input', input, model.inputs)) ?? model.inputs,
    outputs: outputs?.map(output => narrow('output', output, model.outputs)) ?? model.outputs,
  }
}

function narrow(
  what: string,
  { name, type, shape }: TensorDescription,
  known: readonly TensorDescription[],
): TensorDescription {
  const own = known.find(tensor => tensor.name === name)
  if (own === undefined)
    throw contradiction(`the graph has no ${what} "${name}"; it has ${known.map(tensor => tensor.name).join(', ')}`)
  if (own.type !== type) throw contradiction(`${what} "${name}" is ${type}, in the graph ${own.type}`)
  const isOfBoth =
    own.shape.length === shape.length &&
    shape.every((length, place) => length === -1 || own.shape[place] === -1 || length === own.shape[place])
  if (!isOfBoth)
    throw contradiction(`${what} "${name}" has the shape [${shape.join(',')}], in the graph [${own.shape.join(',')}]`)
  return { name, type, shape: shape.map((length, place) => (length === -1 ? (own.shape[place] ?? -1) : length)) }
}

function requireRows({ name, shape }: TensorDescription): void {
  if (shape[0] === -1) return
  throw contradiction(
    `a largest batch is for graphs that take any number of rows; tensor "${name}" has the shape [${shape.join(',')}] in the graph`,
  )
}

function contradiction(message: string): CoreError {
  return new CoreError('invalid_manifest', `the model's configuration does not fit its graph: ${message}`)
}
