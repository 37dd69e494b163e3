import type { Design } from './design.ts'
import { type Family, sigmoid, toProbabilities } from './family.ts'
import { type Minimum, minimise, type Objective } from './newton.ts'
import type { Predictor } from './predictor.ts'

/** Sums of columns times coefficients, one sum per output, through a link: probability, probabilities or the sum itself. */
export type LinearModel = {
  readonly kind: 'linear'
  readonly link: Family['link']
  /** By output, then by column. */
  readonly coefficients: readonly Float64Array[]
  readonly intercepts: readonly number[]
}

export type LinearOptions = {
  readonly family: Family
  /** Trust in the data against the penalty: scikit-learn's C, for ridge 1 / alpha. */
  readonly c: number
  /** Weight of a row by its class. */
  readonly classWeights?: readonly number[] | undefined
}

export function fitLinear(
  design: Design,
  options: LinearOptions,
  onStep?: (step: number) => void,
): { model: LinearModel; facts: Omit<Minimum, 'point' | 'value'> & { loss: number } } {
  const { point, value, converged, steps, gradient } = minimise(linearObjective(design, options), onStep)
  const { link, outputs } = options.family
  const stride = design.width + 1
  const starts = Array.from({ length: outputs }, (_, output) => output * stride)
  return {
    model: {
      kind: 'linear',
      link,
      coefficients: starts.map(start => point.slice(start, start + design.width)),
      intercepts: starts.map(start => point[start + design.width] as number),
    },
    facts: { converged, steps, gradient, loss: value },
  }
}

/**
 * scikit-learn's objective `C · Σ loss + ½ ‖w‖²`, intercepts unpenalised, over (coefficients, intercept) of one output after the other.
 * Softmax leaves the sum of the intercepts free; half its square is added, which is 0 at the optimum and changes nothing else.
 */
export function linearObjective(design: Design, { family, c, classWeights }: LinearOptions): Objective {
  const { rowCount, width } = design
  const { outputs } = family
  const stride = width + 1
  const size = outputs * stride
  const columns = new Int32Array(stride)
  const values = new Float64Array(stride)
  const sums = new Float64Array(outputs)
  const slope = new Float64Array(outputs)
  const curvature = new Float64Array(outputs * outputs)

  return {
    size,
    evaluate(point, gradient, hessian) {
      gradient.fill(0)
      hessian.fill(0)
      let total = 0
      for (let row = 0; row < rowCount; row++) {
        const count = design.gather(row, columns, values) + 1
        columns[count - 1] = width
        values[count - 1] = 1
        for (let output = 0; output < outputs; output++) {
          let sum = 0
          for (let at = 0; at < count; at++)
            sum += (point[output * stride + (columns[at] as number)] as number) * (values[at] as number)
          sums[output] = sum
        }
        const target = design.target(row)
        const weight = c * (classWeights?.[target] ?? 1)
        total += weight * family.loss(sums, target, slope, curvature)
        for (let output = 0; output < outputs; output++) {
          const start = output * stride
          const first = weight * (slope[output] as number)
          for (let at = 0; at < count; at++) {
            const column = start + (columns[at] as number)
            gradient[column] = (gradient[column] as number) + first * (values[at] as number)
          }
          for (let other = 0; other <= output; other++) {
            const second = weight * (curvature[output * outputs + other] as number)
            for (let at = 0; at < count; at++) {
              const line = (start + (columns[at] as number)) * size + other * stride
              const bend = second * (values[at] as number)
              const end = other === output ? at + 1 : count
              for (let beside = 0; beside < end; beside++) {
                const cell = line + (columns[beside] as number)
                hessian[cell] = (hessian[cell] as number) + bend * (values[beside] as number)
              }
            }
          }
        }
      }
      return total + addPenalty(point, gradient, hessian, width, outputs)
    },
  }
}

function addPenalty(
  point: Float64Array,
  gradient: Float64Array,
  hessian: Float64Array,
  width: number,
  outputs: number,
): number {
  const stride = width + 1
  const size = outputs * stride
  let penalty = 0
  let interceptSum = 0
  for (let index = 0; index < size; index++) {
    const value = point[index] as number
    if (index % stride === width) {
      interceptSum += value
      continue
    }
    penalty += value * value
    gradient[index] = (gradient[index] as number) + value
    hessian[index * size + index] = (hessian[index * size + index] as number) + 1
  }
  if (outputs === 1) return penalty / 2
  for (let row = width; row < size; row += stride) {
    gradient[row] = (gradient[row] as number) + interceptSum
    for (let column = width; column <= row; column += stride)
      hessian[row * size + column] = (hessian[row * size + column] as number) + 1
  }
  return (penalty + interceptSum * interceptSum) / 2
}

export function linearPredictor({ link, coefficients, intercepts }: LinearModel): Predictor {
  return {
    outputs: coefficients.length,
    score(encoded, offset, into) {
      for (let output = 0; output < coefficients.length; output++) {
        const weights = coefficients[output] as Float64Array
        let sum = intercepts[output] as number
        for (let column = 0; column < weights.length; column++)
          sum += (weights[column] as number) * (encoded[offset + column] as number)
        into[output] = link === 'logistic' ? sigmoid(sum) : sum
      }
      if (link === 'softmax') toProbabilities(into)
    },
  }
}
