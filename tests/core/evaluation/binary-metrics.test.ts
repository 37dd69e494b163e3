import {
  accuracy,
  auc,
  averagePrecision,
  brier,
  confusionAt,
  f1,
  logLoss,
  precision,
  rankScores,
  recall,
} from '@scaling-mlops/core/evaluation'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scoredTelco } from '../../support/scored-telco.ts'
import { telcoReference } from '../../support/telco.ts'

/** Few distinct scores, so that ties are frequent. */
const scoredRows = fc.array(fc.record({ label: fc.nat(1), score: fc.nat(12).map(step => step / 12) }), {
  minLength: 2,
  maxLength: 40,
})
const ranked = (rows: readonly { label: number; score: number }[]) =>
  rankScores(
    rows.map(row => row.label),
    rows.map(row => row.score),
  )

describe('metrics of two classes', () => {
  it("are scikit-learn's on the churn test rows", async () => {
    const { test } = await scoredTelco()
    const rows = rankScores(test.targets, test.outputs)
    const table = confusionAt(rows, 0.5)
    const expected = telcoReference.test

    telcoReference.firstTestProbabilities.forEach((probability, row) => {
      expect(test.outputs[row]).toBeCloseTo(probability, 12)
    })
    expect(auc(rows)).toBeCloseTo(expected.auc, 12)
    expect(averagePrecision(rows)).toBeCloseTo(expected.prAuc, 12)
    expect(logLoss(rows)).toBeCloseTo(expected.logLoss, 12)
    expect(brier(rows)).toBeCloseTo(expected.brier, 12)
    expect(accuracy(rows, 0.5)).toBeCloseTo(expected.accuracy, 12)
    expect(precision(table)).toBeCloseTo(expected.precision, 12)
    expect(recall(table)).toBeCloseTo(expected.recall, 12)
    expect(f1(table)).toBeCloseTo(expected.f1, 12)
    expect(table).toEqual({ truePositives: 204, falsePositives: 121, falseNegatives: 144, trueNegatives: 940 })
  })

  it("are scikit-learn's where scores are tied", () => {
    const rows = rankScores([0, 0, 1, 1, 0, 1, 0, 1, 1, 0], [0.1, 0.4, 0.35, 0.8, 0.4, 0.4, 0.2, 0.9, 0.6, 0.65])

    expect(auc(rows)).toBeCloseTo(0.76, 12)
    expect(averagePrecision(rows)).toBeCloseTo(0.7892857142857144, 12)
    expect(logLoss(rows)).toBeCloseTo(0.5205419986113554, 12)
    expect(brier(rows)).toBeCloseTo(0.1785, 12)
  })

  it('bound the log loss of a certain error as scikit-learn does', () => {
    expect(logLoss(rankScores([1, 0], [0, 1]))).toBeCloseTo(36.04365338911715, 10)
  })

  it('are not defined for rows of one class', () => {
    expect(auc(rankScores([1, 1], [0.2, 0.4]))).toBeNaN()
    expect(averagePrecision(rankScores([0, 0], [0.2, 0.4]))).toBeNaN()
  })
})

describe('AUC', () => {
  it('is the share of pairs in which the positive scores higher, ties counting half', () => {
    fc.assert(
      fc.property(scoredRows, rows => {
        const pairs = rows
          .filter(row => row.label === 1)
          .flatMap(high => rows.filter(row => row.label === 0).map(low => Math.sign(high.score - low.score)))
        const expected = pairs.reduce((sum, sign) => sum + (sign + 1) / 2, 0) / pairs.length

        const found = auc(ranked(rows))

        if (pairs.length === 0) expect(found).toBeNaN()
        else expect(found).toBeCloseTo(expected, 12)
      }),
    )
  })

  it('does not depend on the order of the rows, nor on the scale of the scores', () => {
    fc.assert(
      fc.property(scoredRows, rows => {
        const found = auc(ranked(rows))

        expect(auc(ranked(rows.toReversed()))).toEqual(found)
        expect(auc(ranked(rows.map(({ label, score }) => ({ label, score: Math.exp(3 * score) }))))).toEqual(found)
      }),
    )
  })

  it('turns to its complement when the classes change places', () => {
    fc.assert(
      fc.property(scoredRows, rows => {
        const found = auc(ranked(rows))
        const turned = auc(ranked(rows.map(({ label, score }) => ({ label: 1 - label, score }))))

        if (!Number.isNaN(found)) expect(turned).toBeCloseTo(1 - found, 12)
      }),
    )
  })
})

describe('weights', () => {
  it('count a row as often as its weight says', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ label: fc.nat(1), score: fc.nat(12).map(step => step / 12), times: fc.nat(3) }), {
          minLength: 1,
          maxLength: 25,
        }),
        rows => {
          // ranked beforehand, so that weights stand beside their rows
          const sorted = rows.toSorted((a, b) => b.score - a.score || b.label - a.label)
          const repeated = ranked(sorted.flatMap(row => Array.from({ length: row.times }, () => row)))
          const weights = sorted.map(row => row.times)
          for (const metric of [auc, averagePrecision]) {
            const [expected, found] = [metric(repeated), metric(ranked(sorted), weights)]
            if (Number.isNaN(expected)) expect(found).toBeNaN()
            else expect(found).toBeCloseTo(expected, 10)
          }
        },
      ),
    )
  })
})
