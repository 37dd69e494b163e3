/** What a linear model's sums mean: their loss against a target, and how it bends. */
export type Family = {
  readonly link: 'logistic' | 'softmax' | 'identity'
  /** Sums per row. */
  readonly outputs: number
  /** Loss of one row; writes its first derivatives by the sums (outputs) and its second (outputs², row-major). */
  loss(sums: Float64Array, target: number, slope: Float64Array, curvature: Float64Array): number
}

/** Two classes, target 0 or 1: −log likelihood of a probability 1 / (1 + e^−sum). */
export const logistic: Family = {
  link: 'logistic',
  outputs: 1,
  loss(sums, target, slope, curvature) {
    const sum = sums[0] as number
    const probability = sigmoid(sum)
    slope[0] = probability - target
    curvature[0] = probability * (1 - probability)
    return Math.max(sum, 0) + Math.log1p(Math.exp(-Math.abs(sum))) - target * sum
  },
}

/** Several classes, target the class's index: −log likelihood of probabilities e^sum / Σ e^sum. */
export function softmax(classes: number): Family {
  const probabilities = new Float64Array(classes)
  return {
    link: 'softmax',
    outputs: classes,
    loss(sums, target, slope, curvature) {
      probabilities.set(sums)
      const logTotal = toProbabilities(probabilities)
      for (let row = 0; row < classes; row++) {
        const own = probabilities[row] as number
        slope[row] = own - (row === target ? 1 : 0)
        for (let column = 0; column < classes; column++)
          curvature[row * classes + column] = own * ((row === column ? 1 : 0) - (probabilities[column] as number))
      }
      return logTotal - (sums[target] as number)
    },
  }
}

/** A number as target: half its squared distance. */
export const squared: Family = {
  link: 'identity',
  outputs: 1,
  loss(sums, target, slope, curvature) {
    const difference = (sums[0] as number) - target
    slope[0] = difference
    curvature[0] = 1
    return (difference * difference) / 2
  },
}

export function sigmoid(sum: number): number {
  if (sum >= 0) return 1 / (1 + Math.exp(-sum))
  const power = Math.exp(sum)
  return power / (1 + power)
}

/** Turns sums into probabilities in place, and answers log Σ e^sum. */
export function toProbabilities(sums: Float64Array): number {
  let most = Number.NEGATIVE_INFINITY
  for (const sum of sums) if (sum > most) most = sum
  let total = 0
  for (let index = 0; index < sums.length; index++) {
    const power = Math.exp((sums[index] as number) - most)
    sums[index] = power
    total += power
  }
  for (let index = 0; index < sums.length; index++) sums[index] = (sums[index] as number) / total
  return most + Math.log(total)
}
