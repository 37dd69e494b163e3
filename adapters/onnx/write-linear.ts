import type { LinearModel } from '@scaling-mlops/core/training'
import { DOUBLE, FLOAT, node, numbers, toOnnx } from './graph-messages.ts'
import { type GraphOptions, steps } from './graph-steps.ts'

/** A linear model as Gemm and its link: `input` float32 [rows, width] → `output` float32 [rows, outputs]. */
export function writeLinear(model: LinearModel, width: number, options: GraphOptions): Uint8Array {
  const { input, output, metadata, precision } = options
  const outputs = model.coefficients.length
  const type = precision === 'float64' ? DOUBLE : FLOAT
  const weights = Float64Array.from({ length: width * outputs }, (_, cell) =>
    Number(model.coefficients[cell % outputs]?.[Math.floor(cell / outputs)]),
  )
  return toOnnx({
    nodes: steps(options, model.link, [(from, to) => node('Gemm', [from, 'coefficients', 'intercepts'], [to])]),
    initializers: [
      numbers('coefficients', [width, outputs], weights, type),
      numbers('intercepts', [outputs], model.intercepts, type),
    ],
    input: { name: input, width },
    output: { name: output, width: outputs },
    irVersion: 8,
    opsets: { '': 17 },
    metadata,
  })
}
