import { accuracy, auc, averagePrecision, brier, logLoss, rowLogLoss } from './binary-metrics.ts'
import { type CalibrationBin, calibrationBins, expectedCalibrationError } from './calibration.ts'
import {
  type BestThreshold,
  bestByCost,
  bestByF1,
  type Confusion,
  type Costs,
  confusionAt,
  costOf,
  f1,
  precision,
  recall,
} from './confusion.ts'
import {
  type Decile,
  gainByDecile,
  type PrecisionRecallPoint,
  precisionRecallCurve,
  type RocPoint,
  rocCurve,
  type ThresholdPoint,
  thresholdCurve,
} from './curves.ts'
import { type Histogram, histogramBy } from './histogram.ts'
import { bootstrapIntervals } from './intervals.ts'
import { defined, type Metrics } from './metric.ts'
import { rankScores } from './ranked.ts'
import { mean, weightedMean } from './sample.ts'

/** What is said of a model of two classes beyond its metrics. */
export type BinaryEvaluation = {
  readonly positives: number
  /** `score ≥ threshold` is positive. */
  readonly threshold: number
  readonly confusion: Confusion
  /** Chosen on these rows, so on others they will do slightly worse. */
  readonly best: { readonly f1: BestThreshold; readonly cost?: BestThreshold }
  readonly costs?: Costs
  /** Of the decisions at `threshold`; with `costs` only. */
  readonly cost?: number
  readonly curves: {
    readonly roc: readonly RocPoint[]
    readonly precisionRecall: readonly PrecisionRecallPoint[]
    readonly threshold: readonly ThresholdPoint[]
    readonly calibration: readonly CalibrationBin[]
    readonly gain: readonly Decile[]
    /** Scores in twentieths: negatives first, then positives. */
    readonly scores: Histogram
  }
}

/** Judges scores of two classes. `prior` is the positive share that a model without features would answer: that of the training rows. */
export function evaluateBinary(options: {
  readonly targets: ArrayLike<number>
  readonly outputs: ArrayLike<number>
  readonly threshold: number
  readonly prior?: number
  readonly costs?: Costs
  readonly random: () => number
}): { metrics: Metrics; evaluation: BinaryEvaluation } {
  const { targets, outputs, threshold, costs, random } = options
  const ranked = rankScores(targets, outputs)
  const rows = ranked.scores.length
  const rate = mean(ranked.labels)
  const prior = options.prior ?? rate
  const uninformed = { ...ranked, scores: new Float64Array(rows).fill(prior) }
  const confusion = confusionAt(ranked, threshold)
  const calibration = calibrationBins(ranked)
  // figures that are means over rows are computed once a row, not once a row and resample
  const { scores, labels } = ranked
  const losses = scores.map((score, row) => rowLogLoss(labels[row] as number, score))
  const squares = scores.map((score, row) => (score - (labels[row] as number)) ** 2)
  const hits = labels.map((label, row) => ((scores[row] as number) >= threshold === (label === 1) ? 1 : 0))
  const [forAuc, forPrAuc, forLogLoss, forBrier, forAccuracy] = bootstrapIntervals({
    rows,
    random,
    statistics: weights => [
      auc(ranked, weights),
      averagePrecision(ranked, weights),
      weightedMean(losses, weights),
      weightedMean(squares, weights),
      weightedMean(hits, weights),
    ],
  })

  return {
    metrics: defined({
      auc: { value: auc(ranked), interval: forAuc, baseline: 0.5 },
      prAuc: { value: averagePrecision(ranked), interval: forPrAuc, baseline: rate },
      logLoss: { value: logLoss(ranked), interval: forLogLoss, baseline: logLoss(uninformed) },
      brier: { value: brier(ranked), interval: forBrier, baseline: brier(uninformed) },
      accuracy: {
        value: accuracy(ranked, threshold),
        interval: forAccuracy,
        baseline: accuracy(uninformed, 0.5),
      },
      precision: { value: precision(confusion), baseline: rate },
      recall: { value: recall(confusion) },
      f1: { value: f1(confusion) },
      calibrationError: { value: expectedCalibrationError(calibration) },
    }),
    evaluation: {
      positives: ranked.positives,
      threshold,
      confusion,
      best: { f1: bestByF1(ranked), ...(costs === undefined ? {} : { cost: bestByCost(ranked, costs) }) },
      ...(costs === undefined ? {} : { costs, cost: costOf(confusion, costs) }),
      curves: {
        roc: rocCurve(ranked),
        precisionRecall: precisionRecallCurve(ranked),
        threshold: thresholdCurve(ranked),
        calibration,
        gain: gainByDecile(ranked),
        scores: histogramBy(
          ranked.scores,
          Array.from({ length: 21 }, (_, edge) => edge / 20),
          2,
          row => ranked.labels[row] as number,
        ),
      },
    },
  }
}
