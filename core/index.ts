export { type Admission, createAdmission } from './admission.ts'
export { compileAnswer, readOutputs, type WriteAnswer } from './answer.ts'
export { type BatchLimits, createBatcher, type RunBatch, type Score } from './batcher.ts'
export type { Call } from './call-queue.ts'
export {
  type Catalogue,
  type CatalogueEntry,
  type CatalogueOptions,
  createCatalogue,
  type IndexEntry,
} from './catalogue.ts'
export { type Condition, holds, parseCondition } from './condition.ts'
export { dashboard, type Panel, type Series } from './dashboard.ts'
export { compileDecide, type Decision, type Scores } from './decision.ts'
export { deliverLines, type LineDelivery } from './deliver-lines.ts'
export { CoreError, type ErrorCode, InvalidDataError, OverloadedError } from './errors.ts'
export {
  assertFeatureTable,
  type CategoryFeature,
  type CategoryValue,
  columnsOf,
  type Feature,
  type FeatureTable,
  type NumberFeature,
} from './feature-table.ts'
export { checkGolden, type Golden, type GoldenRow, goldenDifference, parseGolden } from './golden.ts'
export { createHistogram, type Histogram, type HistogramSnapshot } from './histogram.ts'
export type { InputColumns } from './input-columns.ts'
export { type Issue, type IssueCode, shown, summarise } from './issue.ts'
export { toJsonSchema } from './json-schema.ts'
export { endOfString, parseJsonText, type Reviver, skipSpace } from './json-text.ts'
export { type Manifest, parseManifest, type Task } from './manifest.ts'
export {
  type CounterName,
  counterNames,
  counters,
  type DistributionName,
  distributionNames,
  distributions,
  type GaugeDefinition,
  type GaugeName,
  gaugeNames,
  gauges,
  type PushedMetric,
  pushedMetrics,
} from './metric-definitions.ts'
export { metricsBetween } from './metrics-delta.ts'
export { type MetricsSnapshot, mergeMetrics } from './metrics-snapshot.ts'
export { nameMissingPermission } from './missing-permission.ts'
export type { ModelConfiguration } from './model-configuration.ts'
export type { ModelStatistics, Spent } from './model-statistics.ts'
export { nearest } from './nearest.ts'
export { normalise, numberFrom } from './normalise.ts'
export { createPayloadLog, type PayloadLog, type PayloadLogOptions } from './payload-log.ts'
export type { AccessEntry, AccessLog } from './ports/access-log.ts'
export type { Clock } from './ports/clock.ts'
export type { DeadLetters, StoredLetter } from './ports/dead-letters.ts'
export type { Feedback, FeedbackStore } from './ports/feedback.ts'
export type { LineSink } from './ports/line-sink.ts'
export type { LinearGraph, ReadLinearGraph } from './ports/linear-graph.ts'
export type { Log, LogFields } from './ports/log.ts'
export type { Metrics } from './ports/metrics.ts'
export type { MetricsSink } from './ports/metrics-sink.ts'
export type { Model, Run, Tensor, TensorData, TensorDescription, TensorType } from './ports/model.ts'
export type { Bundle, ModelEntry, ModelRepository } from './ports/model-repository.ts'
export type { Delivery, Hiding, OutgoingRecord, Queue } from './ports/queue.ts'
export type { RandomAccess } from './ports/random-access.ts'
export type { ListedResult, ResultSink, ResultStore, StreamResult } from './ports/result-sink.ts'
export type { Scheduler } from './ports/scheduler.ts'
export type { Signal } from './ports/signal.ts'
export type { Sink } from './ports/sink.ts'
export type { Source } from './ports/source.ts'
export type { TextCodec } from './ports/text-codec.ts'
export type { Timer } from './ports/timer.ts'
export type { AttributeValue, RequestSpan, SpanEnd, TracedRun, TraceOrigin, Tracer } from './ports/tracer.ts'
export { createPredict, MOST_EXPLAINED, type Outcome, type Predict, type PredictEncoded } from './predict.ts'
export { compilePreprocess, type Preprocess } from './preprocess.ts'
export { createPushMetrics, type PushMetrics, type PushMetricsOptions } from './push-metrics.ts'
export { findRepeatedKey } from './repeated-key.ts'
export { isRequestId } from './request-id.ts'
export { countRequestsInFlight, type RequestsInFlight } from './requests-in-flight.ts'
export type { EncodedRow, Row } from './row.ts'
export { rowsOfColumns } from './rows-of-columns.ts'
export { createRunBatch } from './run-batch.ts'
export type { RunTensors } from './run-tensors.ts'
export { type OpenModel, openServable, type Rows, requireRows, type Servable } from './servable.ts'
export { createServiceTime, type ServiceTime } from './service-time.ts'
export { type DeadLetter, type DeadLetterFilter, matches } from './stream/dead-letter.ts'
export { DEAD_LETTER_CODES, type DeadLetterCode, type DeadReason } from './stream/dead-reason.ts'
export { createJudge, type Judge, type Judgement } from './stream/judge.ts'
export { createProcessor, type ProcessDeliveries } from './stream/processor.ts'
export { isRecordId, openRecord, type ParseJson, type RecordBody, type StreamRecord } from './stream/record.ts'
export { discard, type RedriveOptions, redrive, type Trial, tryRedrive, upTo } from './stream/redrive.ts'
export { writeResult } from './stream/result-text.ts'
export { defaultRetryPolicy, type RetryPolicy } from './stream/retry.ts'
export { type WatchBacklogOptions, watchBacklog } from './stream/watch-backlog.ts'
export { createStream, type RunStream, type StreamOptions } from './stream.ts'
export { compileValidate, type Validate, type Validation } from './validate.ts'
