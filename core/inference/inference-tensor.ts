import { CoreError } from '../errors.ts'
import { shown } from '../issue.ts'
import { nearest } from '../nearest.ts'
import type { TensorData } from '../ports/model.ts'
import type { Datatype } from './datatype.ts'

/** A named tensor as the Open Inference Protocol carries it; `data` has as many elements as the shape says, row-major. */
export type InferenceTensor = {
  readonly name: string
  readonly datatype: Datatype
  readonly shape: readonly number[]
  readonly data: TensorData
}

/** More elements than any answer could hold: a shape beyond it is a mistake, and its product need not be computed. */
const MOST_ELEMENTS = 2 ** 31

/** Elements of a shape. Throws `invalid_tensor` where it is no list of lengths, or their product is out of all bounds. */
export function countElements(shape: unknown, name: string): number {
  if (!Array.isArray(shape)) throw invalidTensor(name, `shape must be a list of lengths; got ${shown(shape)}`)
  let count = 1
  for (const length of shape as readonly unknown[]) {
    if (typeof length !== 'number' || !Number.isSafeInteger(length) || length < 0)
      throw invalidTensor(
        name,
        `shape [${(shape as readonly unknown[]).slice(0, 8).join(',')}] has the length ${String(length)}; lengths are whole numbers from 0 on`,
      )
    count *= length
    if (count > MOST_ELEMENTS)
      throw invalidTensor(
        name,
        `shape [${(shape as readonly number[]).slice(0, 8).join(',')}] has more elements than a request can hold`,
      )
  }
  return count
}

export function invalidTensor(name: string, problem: string): CoreError {
  return new CoreError('invalid_tensor', `input '${name.slice(0, 60)}': ${problem}`)
}

export function unknownTensor(
  what: 'input' | 'output',
  name: string,
  names: readonly string[],
  { name: model, version }: { readonly name: string; readonly version: number },
): CoreError {
  const near = nearest(name, names)
  const choice = near === undefined ? `its ${what}s are ${names.slice(0, 20).join(', ')}` : `did you mean '${near}'?`
  return new CoreError(
    'invalid_tensor',
    `model '${model}' version ${version} has no ${what} '${name.slice(0, 60)}'; ${choice}`,
  )
}
