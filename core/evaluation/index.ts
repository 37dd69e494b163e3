export { accuracy, auc, averagePrecision, brier, logLoss } from './binary-metrics.ts'
export { type CalibrationBin, calibrationBins, expectedCalibrationError } from './calibration.ts'
export {
  type BestThreshold,
  bestByCost,
  bestByF1,
  type Confusion,
  type Costs,
  confusionAt,
  confusionsAt,
  costOf,
  f1,
  precision,
  recall,
} from './confusion.ts'
export {
  type Decile,
  gainByDecile,
  type PrecisionRecallPoint,
  precisionRecallCurve,
  type RocPoint,
  rocCurve,
  type ThresholdPoint,
  thresholdCurve,
} from './curves.ts'
export { checkGates, type Gate, type GateResult, parseGate } from './gate.ts'
export { type Histogram, histogramBy, quantileEdges, roundEdges, upperBound } from './histogram.ts'
export { type Coefficient, type FeatureImportance, permutationImportance, type ScoreRows } from './importance.ts'
export { correlation, entropy, mutualInformation } from './information.ts'
export { bootstrapIntervals, type Interval, quantile, wilsonInterval } from './intervals.ts'
export { METRICS, type Metric, type MetricName, type Metrics } from './metric.ts'
export { toModelCard } from './model-card.ts'
export { type ClassScore, classScores, confusionMatrix, multiclassLogLoss, predictedClasses } from './multiclass.ts'
export { parseReport } from './parse-report.ts'
export { type DataProfile, profileOf } from './profile.ts'
export type { CategoryProfile, FeatureProfile, NumberProfile, ProfileWarning } from './profile-feature.ts'
export type { QualityName } from './quality.ts'
export { type Ranked, rankScores } from './ranked.ts'
export { type CategoryBins, createReference, type FeatureBins, type NumberBins, type Reference } from './reference.ts'
export { type RegressionFigures, regressionFigures } from './regression-metrics.ts'
export {
  type CoefficientTable,
  type CrossValidation,
  createReport,
  type LinearWeights,
  type Report,
  type ReportData,
  type ReportFacts,
} from './report.ts'
export { type Columns, columnsFrom, outputsPerRow, rowsFrom, type Sample } from './sample.ts'
export { simplify } from './simplify.ts'
export { LEAST_SLICE_ROWS, type Slice } from './slices.ts'
