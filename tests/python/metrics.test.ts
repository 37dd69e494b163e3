import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  accuracy,
  auc,
  averagePrecision,
  brier,
  calibrationBins,
  classScores,
  confusionAt,
  confusionMatrix,
  correlation,
  f1,
  logLoss,
  multiclassLogLoss,
  mutualInformation,
  precision,
  predictedClasses,
  rankScores,
  recall,
  regressionFigures,
} from '@scaling-mlops/core/evaluation'
import { describe, expect, it } from 'vitest'
import { scoredTelco, seeded } from '../support/scored-telco.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { openPython } from './environment.ts'

const random = seeded(7)
const THRESHOLDS = [0, 0.1, 0.25, 0.5, 0.75, 0.9]

function binaryCase(labels: ArrayLike<number>, scores: ArrayLike<number>) {
  const ranked = rankScores(labels, scores)
  const bins = calibrationBins(ranked)
  return {
    labels: Array.from(labels),
    scores: Array.from(scores),
    auc: auc(ranked),
    averagePrecision: averagePrecision(ranked),
    logLoss: logLoss(ranked),
    brier: brier(ranked),
    thresholds: THRESHOLDS.map(threshold => {
      const table = confusionAt(ranked, threshold)
      const flagged = table.truePositives + table.falsePositives
      return {
        threshold,
        accuracy: accuracy(ranked, threshold),
        precision: flagged === 0 ? 0 : precision(table),
        recall: recall(table),
        f1: f1(table),
      }
    }),
    calibration: { predicted: bins.map(bin => bin.predicted), observed: bins.map(bin => bin.observed) },
  }
}

function randomBinary(rows: number, steps: number) {
  const scores = Array.from({ length: rows }, () => Math.floor(random() * (steps + 1)) / steps)
  const labels = scores.map((score, row) => (row < 2 ? row : random() < 0.2 + score / 2 ? 1 : 0))
  return binaryCase(labels, scores)
}

function multiclassCase(rows: number, classes: number) {
  const targets = Array.from({ length: rows }, (_, row) => (row < classes ? row : Math.floor(random() * classes)))
  const outputs = targets.flatMap(target => {
    const weights = Array.from({ length: classes }, (_, index) => random() + (index === target ? 0.4 : 0))
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    return weights.map(weight => weight / total)
  })
  const given = { targets, outputs, classes }
  const predicted = predictedClasses(given)
  const confusion = confusionMatrix(targets, predicted, classes)
  return { ...given, logLoss: multiclassLogLoss(given), confusion, scores: classScores(given, confusion) }
}

function regressionCase(rows: number) {
  const targets = Array.from({ length: rows }, () => 1000 + 50 * random())
  const outputs = targets.map(target => target + 20 * (random() - 0.4))
  return { targets, outputs, ...regressionFigures(targets, outputs), correlation: correlation(targets, outputs) }
}

function informationCase(rows: number) {
  const first = Array.from({ length: rows }, () => Math.floor(random() * 5))
  const second = first.map(value => (random() < 0.5 ? value % 3 : Math.floor(random() * 3)))
  const counts = Array.from({ length: 5 }, () => [0, 0, 0])
  first.forEach((value, row) => {
    const cells = counts[value] ?? []
    const at = second[row] ?? 0
    cells[at] = (cells[at] ?? 0) + 1
  })
  return { first, second, mutualInformation: mutualInformation(counts) }
}

/** Scores of every kind (few and many rows, many ties and none, float32) with our figures of them. */
async function allCases() {
  const { test } = await scoredTelco()
  return {
    binary: [
      binaryCase(test.targets, test.outputs),
      binaryCase(test.targets, Float32Array.from(test.outputs)),
      ...[4, 10, 100, 1e9].flatMap(steps => [11, 60, 501, 3000].map(rows => randomBinary(rows, steps))),
    ],
    multiclass: [3, 4, 7].map(classes => multiclassCase(400, classes)),
    regression: [5, 400].map(regressionCase),
    information: [20, 2000].map(informationCase),
  }
}

describe('metrics, threshold figures, calibration and information of the same scores', () => {
  it('are those of scikit-learn within 1e-6', async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'cases.json')
    await writeFile(path, JSON.stringify(await allCases()))
    const python = await openPython()

    // it fails with the first figure that differs, ours beside scikit-learn's
    await expect(python('check_metrics.py', path)).resolves.toContain('figures agree with scikit-learn')
  })
})
