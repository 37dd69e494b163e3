import { auc, rowLogLoss } from './binary-metrics.ts'
import { rankScores } from './ranked.ts'

/** Classes of rows as indexes, and their probabilities row after row: `outputs[row × classes + class]`. */
export type ClassOutputs = {
  readonly targets: ArrayLike<number>
  readonly outputs: ArrayLike<number>
  readonly classes: number
}

/** The class with the highest probability of each row; of equal ones the first. */
export function predictedClasses({ targets, outputs, classes }: ClassOutputs): Uint32Array {
  const predicted = new Uint32Array(targets.length)
  for (let row = 0; row < targets.length; row++) {
    let best = 0
    for (let index = 1; index < classes; index++)
      if ((outputs[row * classes + index] as number) > (outputs[row * classes + best] as number)) best = index
    predicted[row] = best
  }
  return predicted
}

/** Mean of −ln(probability given to the true class), in nats. */
export function multiclassLogLoss({ targets, outputs, classes }: ClassOutputs): number {
  let sum = 0
  for (let row = 0; row < targets.length; row++)
    sum += rowLogLoss(1, outputs[row * classes + (targets[row] as number)] as number)
  return sum / targets.length
}

/** `matrix[truth][prediction]`: rows. */
export function confusionMatrix(targets: ArrayLike<number>, predicted: ArrayLike<number>, classes: number): number[][] {
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0))
  for (let row = 0; row < targets.length; row++) {
    const counts = matrix[targets[row] as number] as number[]
    const prediction = predicted[row] as number
    counts[prediction] = (counts[prediction] as number) + 1
  }
  return matrix
}

export type ClassScore = {
  readonly rows: number
  readonly precision: number
  readonly recall: number
  readonly f1: number
  /** One against the rest; absent where the rows hold no other class, or not this one. */
  readonly auc?: number
}

/** Figures of each class against the rest. Precision and recall are 0 where they are not defined, as in scikit-learn. */
export function classScores(rows: ClassOutputs, matrix: readonly (readonly number[])[]): ClassScore[] {
  return matrix.map((counts, index) => {
    const hits = counts[index] as number
    const support = total(counts)
    const predicted = total(matrix.map(row => row[index] as number))
    const labels = Uint8Array.from(rows.targets, target => (target === index ? 1 : 0))
    const scores = Float64Array.from(labels, (_, row) => rows.outputs[row * rows.classes + index] as number)
    const area = auc(rankScores(labels, scores))
    return {
      rows: support,
      precision: predicted === 0 ? 0 : hits / predicted,
      recall: support === 0 ? 0 : hits / support,
      f1: hits === 0 ? 0 : (2 * hits) / (support + predicted),
      ...(Number.isNaN(area) ? {} : { auc: area }),
    }
  })
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0)
}
