import { writeGraph } from '@scaling-mlops/adapters/onnx/graph'

/** An ONNX graph: `X` float32 [n, coefficients] → `y` float32 [n, 1], their weighted sum. */
export function linearGraph(coefficients: readonly number[]): Uint8Array {
  return writeGraph(
    { kind: 'linear', link: 'identity', coefficients: [Float64Array.from(coefficients)], intercepts: [0] },
    coefficients.length,
    { input: 'X', output: 'y', metadata: {}, precision: 'float32' },
  )
}
