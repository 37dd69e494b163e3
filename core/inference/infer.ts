import type { Call } from '../call-queue.ts'
import { CoreError } from '../errors.ts'
import type { Servable } from '../servable.ts'
import { describeOutputs, packedInput } from './describe.ts'
import { inferPacked } from './infer-packed.ts'
import { inferRows } from './infer-rows.ts'
import { inferTensors } from './infer-tensors.ts'
import { type InferenceTensor, unknownTensor } from './inference-tensor.ts'

export type Inference = {
  readonly inputs: readonly InferenceTensor[]
  /** Names of the outputs that are wanted, in their order; all where undefined. */
  readonly outputs: readonly string[] | undefined
}

/**
 * Answers one request of the Open Inference Protocol. A model with a feature table takes one input a feature, whose rows are validated,
 * encoded and batched as at every other door, or the graph's packed matrix; one without takes the graph's own tensors. Rejects with
 * `invalid_tensor` where an input does not fit, `invalid_row` where a row does not, and as `Predict` does.
 */
export async function infer(
  servable: Servable,
  { inputs, outputs: wanted }: Inference,
  call?: Call,
): Promise<readonly InferenceTensor[]> {
  const names = describeOutputs(servable).map(({ name }) => name)
  const outputs = wanted ?? names
  for (const name of outputs) if (!names.includes(name)) throw unknownTensor('output', name, names, servable)
  refuseDoubles('output', outputs)
  refuseDoubles(
    'input',
    inputs.map(({ name }) => name),
  )
  if (servable.rows === undefined) return inferTensors(servable, inputs, outputs, call)
  const packed = packedInput(servable)
  const answers =
    packed !== undefined && inputs.some(({ name }) => name === packed.name)
      ? await inferPacked(servable.rows, packed, inputs, call)
      : await inferRows(servable.rows, inputs, call)
  return outputs.map(name => answers.find(answer => answer.name === name) as InferenceTensor)
}

/** An output that could be had many times would make an answer of gigabytes from a request of kilobytes. */
function refuseDoubles(what: 'input' | 'output', names: readonly string[]): void {
  const seen = new Set<string>()
  for (const name of names) {
    if (seen.has(name)) throw new CoreError('invalid_tensor', `${what} '${name.slice(0, 60)}': given twice`)
    seen.add(name)
  }
}
