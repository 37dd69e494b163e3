import type { LinearModel } from '@scaling-mlops/core/training'
import { DOUBLE, FLOAT, integer, type Node, node, numbers, toOnnx } from './graph-messages.ts'

export type GraphOptions = {
  readonly input: string
  readonly output: string
  readonly metadata: Readonly<Record<string, string>>
  /** 64 bits inside cost little and are there for columns so large that their sum loses digits in 32. */
  readonly precision: 'float32' | 'float64'
}

const LINKS = { logistic: 'Sigmoid', softmax: 'Softmax', identity: undefined }

/** A linear model as Gemm and its link: `input` float32 [rows, columns] → `output` float32 [rows, outputs]. */
export function writeLinear(model: LinearModel, { input, output, metadata, precision }: GraphOptions): Uint8Array {
  const outputs = model.coefficients.length
  const width = model.coefficients[0]?.length ?? 0
  const weights = Float64Array.from({ length: width * outputs }, (_, cell) =>
    Number(model.coefficients[cell % outputs]?.[Math.floor(cell / outputs)]),
  )
  const wide = precision === 'float64'
  const type = wide ? DOUBLE : FLOAT

  // each step reads what the step before wrote, and the last writes the output
  const steps: { op: string; more?: string[]; to?: number }[] = []
  if (wide) steps.push({ op: 'Cast', to: DOUBLE })
  steps.push({ op: 'Gemm', more: ['coefficients', 'intercepts'] })
  const link = LINKS[model.link]
  if (link !== undefined) steps.push({ op: link })
  if (wide) steps.push({ op: 'Cast', to: FLOAT })
  let from = input
  const nodes = steps.map(({ op, more = [], to }, index): Node => {
    const name = index === steps.length - 1 ? output : `${op.toLowerCase()}_${index}`
    const made = node(op, [from, ...more], [name], to === undefined ? [] : [integer('to', to)])
    from = name
    return made
  })

  return toOnnx({
    nodes,
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
