import {
  bestByCost,
  bestByF1,
  calibrationBins,
  confusionAt,
  costOf,
  expectedCalibrationError,
  f1,
  gainByDecile,
  precisionRecallCurve,
  rankScores,
  rocCurve,
  simplify,
  thresholdCurve,
  wilsonInterval,
} from '@scaling-mlops/core/evaluation'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scoredTelco, seeded } from '../../support/scored-telco.ts'

const rankedRows = fc
  .array(fc.record({ label: fc.nat(1), score: fc.nat(1000).map(step => step / 1000) }), { minLength: 2, maxLength: 60 })
  .filter(rows => rows.some(row => row.label === 1) && rows.some(row => row.label === 0))
  .map(rows =>
    rankScores(
      rows.map(row => row.label),
      rows.map(row => row.score),
    ),
  )

describe('curves', () => {
  it('have at most 400 points and run from nothing to everything', async () => {
    const { test } = await scoredTelco()
    const ranked = rankScores(test.targets, test.outputs)

    const roc = rocCurve(ranked)
    const precisionRecall = precisionRecallCurve(ranked)

    expect(roc.length).toBeLessThanOrEqual(400)
    expect(precisionRecall.length).toBeLessThanOrEqual(400)
    expect(roc[0]?.slice(0, 2)).toEqual([0, 0])
    expect(roc.at(-1)?.slice(0, 2)).toEqual([1, 1])
    expect(precisionRecall.at(-1)?.[0]).toBe(1)
  })

  it('enclose the AUC to a thousandth after they were thinned', async () => {
    const { test } = await scoredTelco()
    const roc = rocCurve(rankScores(test.targets, test.outputs))

    const area = roc.slice(1).reduce((sum, [x, y], index) => {
      const [beforeX, beforeY] = roc[index] ?? [0, 0]
      return sum + ((x - beforeX) * (y + beforeY)) / 2
    }, 0)

    expect(Math.abs(area - 0.8584871678)).toBeLessThan(0.001)
  })

  it('leave out only points that lie within a thousandth of what remains', () => {
    const random = seeded(5)
    const walk = Array.from({ length: 300 }, (_, step) => [step / 300, random() * 0.004 + step / 600] as const)

    const kept = simplify(walk)

    for (const [x, y] of walk) {
      const right = kept.findIndex(point => point[0] >= x)
      const [to = [1, 1], from = to] = [kept[right], kept[Math.max(0, right - 1)]]
      const share = to[0] === from[0] ? 0 : (x - from[0]) / (to[0] - from[0])
      expect(Math.abs(from[1] + share * (to[1] - from[1]) - y)).toBeLessThanOrEqual(0.001)
    }
    expect(kept.length).toBeLessThan(walk.length)
  })

  it('stay within 400 points and quick for a hundred thousand rows', () => {
    const random = seeded(2)
    const scores = Float64Array.from({ length: 100_000 }, random)
    const labels = scores.map(score => (random() < score ? 1 : 0))

    expect(rocCurve(rankScores(labels, scores)).length).toBeLessThanOrEqual(400)
  })
})

describe('the threshold curve', () => {
  it('holds the confusion table of every hundredth', () => {
    fc.assert(
      fc.property(rankedRows, ranked => {
        const curve = thresholdCurve(ranked)

        expect(curve.length).toBe(101)
        for (const at of [0, 37, 50, 100]) {
          const { threshold, ...table } = curve[at] ?? { threshold: Number.NaN }
          expect(threshold).toBe(at / 100)
          expect(table).toEqual(confusionAt(ranked, at / 100))
        }
      }),
    )
  })
})

describe('the best threshold', () => {
  it('is as good as any score could be, decides as it says, and has no needless digits', () => {
    fc.assert(
      fc.property(rankedRows, ranked => {
        const best = bestByF1(ranked)

        expect(confusionAt(ranked, best.threshold)).toEqual(best.confusion)
        expect(f1(best.confusion)).toBe(best.value)
        for (const score of ranked.scores) expect(f1(confusionAt(ranked, score))).toBeLessThanOrEqual(best.value)
      }),
    )
    expect(bestByF1(rankScores([0, 0, 1, 1], [0.1234, 0.2345, 0.6789, 0.9])).threshold).toBe(0.6)
  })

  it('costs least', () => {
    fc.assert(
      fc.property(rankedRows, fc.nat(20), fc.nat(20), (ranked, fp, fn) => {
        const best = bestByCost(ranked, { fp, fn })

        expect(confusionAt(ranked, best.threshold)).toEqual(best.confusion)
        for (const threshold of [...ranked.scores, 0])
          expect(costOf(confusionAt(ranked, threshold), { fp, fn })).toBeGreaterThanOrEqual(best.value)
      }),
    )
  })

  it('flags nobody where false alarms alone cost', () => {
    const best = bestByCost(rankScores([1, 0], [0.9, 0.2]), { fp: 1, tp: 2 })

    expect(best.value).toBe(0)
    expect(best.confusion.truePositives).toBe(0)
    expect(best.threshold).toBeGreaterThan(0.9)
  })
})

describe('gain', () => {
  it('of the top fifth of the churn test rows is 54 %', async () => {
    const { test } = await scoredTelco()

    const deciles = gainByDecile(rankScores(test.targets, test.outputs))

    expect(deciles[1]?.gain).toBeCloseTo(0.537, 3)
    expect(deciles[9]?.gain).toBeCloseTo(1, 12)
  })

  it('of scores that are all alike is that of chance', () => {
    const deciles = gainByDecile(rankScores([1, 0, 0, 1, 0, 0, 0, 0], new Float64Array(8).fill(0.3)))

    for (const { lift, gain, upTo } of deciles) {
      expect(lift).toBeCloseTo(1, 12)
      expect(gain).toBeCloseTo(upTo, 12)
    }
  })
})

describe('calibration', () => {
  it("has the bins of scikit-learn's calibration_curve by quantiles", () => {
    const ranked = rankScores([0, 0, 1, 1, 0, 1, 0, 1, 1, 0], [0.1, 0.4, 0.35, 0.8, 0.4, 0.4, 0.2, 0.9, 0.6, 0.65])

    const bins = calibrationBins(ranked, 3)

    expect(bins.map(bin => bin.rows)).toEqual([3, 3, 4])
    expect(bins.map(bin => bin.observed)).toEqual([1 / 3, 1 / 3, 0.75])
    for (const [bin, predicted] of [0.21666666666666667, 0.4, 0.7375].entries())
      expect(bins[bin]?.predicted).toBeCloseTo(predicted, 12)
    expect(expectedCalibrationError(bins)).toBeCloseTo((3 * 0.1166667 + 3 * 0.0666667 + 4 * 0.0125) / 10, 6)
  })

  it('counts a score on the border of two bins in the lower one, as scikit-learn does', () => {
    const scores = Array.from({ length: 11 }, (_, row) => row / 10)

    const bins = calibrationBins(rankScores([0, 0, 1, 0, 1, 0, 1, 1, 0, 1, 1], scores), 5)

    expect(bins.map(bin => bin.rows)).toEqual([3, 2, 2, 2, 2])
    expect(bins.map(bin => bin.observed)).toEqual([1 / 3, 0.5, 0.5, 0.5, 1])
  })

  it('holds every row once, whatever is tied', () => {
    fc.assert(
      fc.property(rankedRows, ranked => {
        const bins = calibrationBins(ranked)

        expect(bins.reduce((sum, bin) => sum + bin.rows, 0)).toBe(ranked.scores.length)
      }),
    )
  })

  it("has Wilson's intervals", () => {
    const [low, high] = wilsonInterval(8, 10)

    // Brown, Cai and DasGupta (2001), by statsmodels: proportion_confint(8, 10, method="wilson")
    expect(low).toBeCloseTo(0.490162, 5)
    expect(high).toBeCloseTo(0.943318, 5)
    expect(wilsonInterval(0, 10)[0]).toBe(0)
  })
})
