import type { ConsoleFiles, HttpApp } from '@scaling-mlops/adapters/http'
import type { OpenLog } from '@scaling-mlops/adapters/log'
import type { MemoryMetrics } from '@scaling-mlops/adapters/memory'
import type { ThreadUse } from '@scaling-mlops/adapters/onnx'
import type { ProcessMeter } from '@scaling-mlops/adapters/perf-hooks'
import type {
  Admission,
  Catalogue,
  Clock,
  FeedbackStore,
  ModelRepository,
  RequestsInFlight,
  Scheduler,
} from '@scaling-mlops/core'
import type { Operations } from '@scaling-mlops/core/operations'
import type { ServiceIdentifier } from 'inversify'
import type { Configuration } from '../configuration/settings.ts'
import type { FileJobs } from './jobs.ts'
import type { KeptPayloads } from './payload-log.ts'
import type { Streams } from './streams.ts'
import type { Tracing } from './tracing.ts'

/** Whether requests should be sent here; turned once when the server is up, and back when it drains. */
export type Readiness = { ready: boolean }

/** Where feedback is kept; nowhere without DATA_DIR. */
export type KeptFeedback = { readonly store: (FeedbackStore & { close(): void }) | undefined }

/** What the container holds, by name. */
export const tokens = {
  configuration: token<Configuration>('Configuration'),
  clock: token<Clock>('Clock'),
  scheduler: token<Scheduler>('Scheduler'),
  logging: token<OpenLog>('OpenLog'),
  threadUse: token<ThreadUse>('ThreadUse'),
  meter: token<ProcessMeter>('ProcessMeter'),
  metrics: token<MemoryMetrics>('Metrics'),
  repository: token<ModelRepository>('ModelRepository'),
  payloads: token<KeptPayloads>('Payloads'),
  tracing: token<Tracing>('Tracing'),
  catalogue: token<Catalogue>('Catalogue'),
  admission: token<Admission>('Admission'),
  inFlight: token<RequestsInFlight>('RequestsInFlight'),
  readiness: token<Readiness>('Readiness'),
  streams: token<Streams>('Streams'),
  console: token<{ readonly files: ConsoleFiles | undefined }>('Console'),
  jobs: token<{ readonly opened: FileJobs | undefined }>('FileJobs'),
  operations: token<Operations>('Operations'),
  feedback: token<KeptFeedback>('Feedback'),
  httpApp: token<HttpApp>('HttpApp'),
}

function token<T>(name: string): ServiceIdentifier<T> {
  return Symbol(name)
}
