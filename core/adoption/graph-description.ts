import type { TensorType } from '../ports/model.ts'

/** What an ONNX file says of itself, before anything runs it. */
export type GraphDescription = {
  readonly bytes: number
  /** SHA-256 in hex of the file. */
  readonly sha256: string
  /** The program that wrote it, with its version where it tells. */
  readonly producer: string
  readonly irVersion: number
  /** Version by operator domain, ai.onnx being ONNX's own. */
  readonly opsets: Readonly<Record<string, number>>
  /** How often each operator stands in the graph, by name, the domain before it where it is not ONNX's own. */
  readonly operators: Readonly<Record<string, number>>
  readonly inputs: readonly GraphValue[]
  readonly outputs: readonly GraphValue[]
  /** The classes of the probabilities, in the order of their columns, where the graph names them. */
  readonly classes: readonly string[] | undefined
  /** Values that the graph's own encoders know, by `input/column`, columns from 0. */
  readonly categories: Readonly<Record<string, readonly (string | number)[]>>
  /** Whether an output comes straight from a Sigmoid, by its name. */
  readonly sigmoids: readonly string[]
  readonly problems: readonly GraphProblem[]
}

export type GraphValue = {
  readonly name: string
  /** Undefined for a sequence or a map, as ZipMap makes them. */
  readonly type: TensorType | undefined
  /** −1 where any length goes. */
  readonly shape: readonly number[]
  /** Whether a ZipMap makes it, which is stripped when the graph is opened. */
  readonly isZipMap: boolean
}

export type GraphProblem = {
  /** Errors keep the graph from being served, warnings are mended on the way. */
  readonly severity: 'error' | 'warning'
  readonly message: string
  readonly cure: string
}
