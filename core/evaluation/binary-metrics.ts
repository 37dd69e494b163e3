import type { Ranked } from './ranked.ts'

/**
 * Metrics of a binary model over ranked rows; those that are no mean over rows take, for the bootstrap, a weight per row, too.
 * NaN where a metric is not defined: an AUC of rows of one class.
 */
type Weights = ArrayLike<number>

/** Area under the ROC curve: the share of (positive, negative) pairs in which the positive has the higher score, ties counting half. */
export function auc({ scores, labels }: Ranked, weights?: Weights): number {
  let positives = 0
  let negatives = 0
  let area = 0
  let tiedPositives = 0
  let tiedNegatives = 0
  for (let row = 0; row < scores.length; row++) {
    const weight = weights === undefined ? 1 : (weights[row] as number)
    const label = labels[row] as number
    // arithmetic and not a branch: which class comes next cannot be predicted, and the bootstrap is here most of its time
    tiedPositives += weight * label
    tiedNegatives += weight * (1 - label)
    if (scores[row] === scores[row + 1]) continue
    area += tiedNegatives * (positives + tiedPositives / 2)
    positives += tiedPositives
    negatives += tiedNegatives
    tiedPositives = 0
    tiedNegatives = 0
  }
  return positives > 0 && negatives > 0 ? area / (positives * negatives) : Number.NaN
}

/** Area under the precision-recall curve as a sum of steps, without interpolation: scikit-learn's `average_precision_score`. */
export function averagePrecision({ scores, labels }: Ranked, weights?: Weights): number {
  let above = 0
  let positives = 0
  let tiedPositives = 0
  let area = 0
  for (let row = 0; row < scores.length; row++) {
    const weight = weights === undefined ? 1 : (weights[row] as number)
    above += weight
    tiedPositives += weight * (labels[row] as number)
    if (scores[row] === scores[row + 1] || tiedPositives === 0) continue
    positives += tiedPositives
    area += (tiedPositives * positives) / above
    tiedPositives = 0
  }
  return positives > 0 ? area / positives : Number.NaN
}

/** Mean of −ln(probability given to what happened), in nats; probabilities are kept one float64 epsilon away from 0 and 1, as scikit-learn does. */
export function logLoss(ranked: Ranked): number {
  return meanOver(ranked, rowLogLoss)
}

export function rowLogLoss(label: number, score: number): number {
  const probability = Math.min(Math.max(score, Number.EPSILON), 1 - Number.EPSILON)
  return -Math.log(label === 1 ? probability : 1 - probability)
}

/** Mean squared difference between probability and outcome. */
export function brier(ranked: Ranked): number {
  return meanOver(ranked, (label, score) => (score - label) ** 2)
}

/** Share of rows that fall on their side of the threshold (`score ≥ threshold` is positive). */
export function accuracy(ranked: Ranked, threshold: number): number {
  return meanOver(ranked, (label, score) => (score >= threshold === (label === 1) ? 1 : 0))
}

function meanOver({ scores, labels }: Ranked, value: (label: number, score: number) => number): number {
  let sum = 0
  for (let row = 0; row < scores.length; row++) sum += value(labels[row] as number, scores[row] as number)
  return sum / scores.length
}
