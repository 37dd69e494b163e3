import { join } from 'node:path'
import { readConsoleFiles, utf8 } from '@scaling-mlops/adapters/files'
import { type ConsoleFiles, createHttpApp } from '@scaling-mlops/adapters/http'
import { type OpenLog, openLog } from '@scaling-mlops/adapters/log'
import {
  busyMilliseconds,
  createMemoryMetrics,
  type MemoryMetrics,
  systemClock,
  systemScheduler,
  systemTimer,
} from '@scaling-mlops/adapters/memory'
import { readLinearGraph } from '@scaling-mlops/adapters/onnx'
import { openProcessMeter, type ProcessMeter } from '@scaling-mlops/adapters/perf-hooks'
import { toExposition } from '@scaling-mlops/adapters/prometheus'
import {
  type Admission,
  type Catalogue,
  type Clock,
  countRequestsInFlight,
  createAdmission,
  type Metrics,
  type MetricsSnapshot,
  type ModelRepository,
  type RequestsInFlight,
} from '@scaling-mlops/core'
import { SHIPPED_POLICY } from '@scaling-mlops/core/capacity'
import { createExplainers, createFindDocuments } from '@scaling-mlops/core/explanation'
import { createOperations, type Operations } from '@scaling-mlops/core/operations'
import { Container } from 'inversify'
import { openRepository } from '../configuration/open-repository.ts'
import type { Configuration } from '../configuration/settings.ts'
import type { FileJobs } from './jobs.ts'
import { openCatalogue } from './open-catalogue.ts'
import { openPayloadLog } from './payload-log.ts'
import { openStreams, type Streams } from './streams.ts'
import { type KeptFeedback, type Readiness, tokens } from './tokens.ts'
import { openTracing, type Tracing } from './tracing.ts'

/** What a worker is told by the process that leads it. */
export type Team = {
  /** Its number, for the log. */
  readonly worker: number
  /** Says that this one listens; resolves when all workers do, and it may say that it is ready. */
  admit(url: string): Promise<void>
  /** The metrics of all workers together. */
  readMetrics(): Promise<MetricsSnapshot>
}

/** The whole server but its listener: ports bound to adapters. `unbindAllAsync` closes what was opened. */
export function compose(configuration: Configuration, team?: Team, { canFollow = true } = {}): Container {
  const container = new Container({ defaultScope: 'Singleton' })
  container.bind(tokens.configuration).toConstantValue(configuration)
  container.bind(tokens.clock).toConstantValue(systemClock)
  container.bind(tokens.scheduler).toConstantValue(systemScheduler)
  container.bind(tokens.readiness).toConstantValue({ ready: false })
  container.bind(tokens.threadUse).toConstantValue({ available: 0, busyMs: 0 })
  container
    .bind(tokens.meter)
    .toResolvedValue(openProcessMeter, [tokens.threadUse])
    .onDeactivation(meter => meter.close())
  container.bind(tokens.metrics).toResolvedValue(createMetrics, [tokens.meter])
  container
    .bind(tokens.logging)
    .toResolvedValue(
      ({ logLevel }: Configuration) =>
        openLog(logLevel, team === undefined ? {} : { isShared: true, fields: { worker: team.worker } }),
      [tokens.configuration],
    )
  container
    .bind(tokens.repository)
    .toResolvedValue(({ modelRepository }: Configuration) => openRepository(modelRepository), [tokens.configuration])
  container
    .bind(tokens.payloads)
    .toResolvedValue(openPayloadLog, [tokens.configuration, tokens.logging, tokens.clock])
    .onDeactivation(({ log }) => log?.close())
  container
    .bind(tokens.tracing)
    .toResolvedValue(openTracing, [tokens.configuration, tokens.logging, tokens.clock])
    .onDeactivation(({ tracer }) => tracer?.close())
  container
    .bind(tokens.catalogue)
    .toResolvedValue(openCatalogue, [
      tokens.configuration,
      tokens.repository,
      tokens.logging,
      tokens.metrics,
      tokens.clock,
      tokens.scheduler,
      tokens.threadUse,
      tokens.payloads,
    ])
    .onDeactivation(catalogue => catalogue.close())
  container
    .bind(tokens.admission)
    .toResolvedValue(
      ({ maxLoopMs }: Configuration, clock: Clock, metrics: Metrics) =>
        createAdmission({ clock, metrics, busyMilliseconds, maxMilliseconds: maxLoopMs }),
      [tokens.configuration, tokens.clock, tokens.metrics],
    )
  container.bind(tokens.inFlight).toResolvedValue(countRequestsInFlight, [tokens.metrics])
  container
    .bind(tokens.streams)
    .toResolvedValue(
      (configuration: Configuration, catalogue: Catalogue, { log }: OpenLog, metrics: Metrics, clock: Clock) =>
        openStreams(configuration, { catalogue, log, metrics, clock }),
      [tokens.configuration, tokens.catalogue, tokens.logging, tokens.metrics, tokens.clock],
    )
    .onDeactivation(streams => streams.close())
  container.bind(tokens.console).toResolvedValue(
    async ({ consoleDir }: Configuration) => ({
      files: consoleDir === undefined ? undefined : await readConsoleFiles(consoleDir),
    }),
    [tokens.configuration],
  )
  container
    .bind(tokens.jobs)
    .toResolvedValue(
      async (
        configuration: Configuration,
        repository: ModelRepository,
        { log }: OpenLog,
        clock: Clock,
      ): Promise<{ readonly opened: FileJobs | undefined }> => {
        const { dataDir } = configuration
        // where answers end with the request, so does the work
        if (dataDir === undefined || !canFollow) return { opened: undefined }
        const { openJobs } = await import('./jobs.ts')
        return { opened: await openJobs(dataDir, configuration, { repository, log, clock }) }
      },
      [tokens.configuration, tokens.repository, tokens.logging, tokens.clock],
    )
    .onDeactivation(({ opened }) => opened?.close())
  container
    .bind(tokens.feedback)
    .toResolvedValue(
      async ({ dataDir }: Configuration): Promise<KeptFeedback> => {
        if (dataDir === undefined) return { store: undefined }
        const { openSqliteFeedback } = await import('@scaling-mlops/adapters/sqlite')
        return { store: openSqliteFeedback(join(dataDir, 'feedback.db')) }
      },
      [tokens.configuration],
    )
    .onDeactivation(({ store }) => store?.close())
  container
    .bind(tokens.operations)
    .toResolvedValue(
      ({ workers }: Configuration, catalogue: Catalogue, metrics: MemoryMetrics, clock: Clock): Operations =>
        createOperations({
          read: async () => (team === undefined ? metrics.snapshot() : team.readMetrics()),
          models: catalogue.list,
          clock,
          // where answers end with the request, nothing goes on between them
          timer: canFollow ? systemTimer : undefined,
          workers,
          target: SHIPPED_TARGET,
        }),
      [tokens.configuration, tokens.catalogue, tokens.metrics, tokens.clock],
    )
    .onDeactivation(operations => operations.close())
  container.bind(tokens.httpApp).toResolvedValue(
    (
      { maxBodyBytes, maxFileBytes, corsOrigins, apiKeys, keyedPaths, host, workerTier }: Configuration,
      catalogue: Catalogue,
      { log, accessLog }: OpenLog,
      clock: Clock,
      admission: Admission,
      inFlight: RequestsInFlight,
      readiness: Readiness,
      streams: Streams,
      metrics: MemoryMetrics,
      repository: ModelRepository,
      { files: consoleFiles }: { readonly files: ConsoleFiles | undefined },
      jobs: { readonly opened: FileJobs | undefined },
      operations: Operations,
      feedback: KeptFeedback,
      { tracer }: Tracing,
    ) =>
      createHttpApp({
        catalogue,
        findExplainer: createExplainers({ repository, readLinearGraph }),
        findDocuments: createFindDocuments(repository),
        log,
        accessLog,
        clock,
        admission,
        inFlight,
        tracer,
        writeMetrics: async aliases =>
          toExposition(team === undefined ? metrics.snapshot() : await team.readMetrics(), aliases),
        maxBodyBytes,
        corsOrigins,
        isReady: () => readiness.ready,
        operators: { apiKeys, isLoopback: isLoopback(host) },
        keyedPaths,
        operations,
        feedback: feedback.store,
        streams: streams.door,
        jobs: jobs.opened?.door,
        maxFileBytes,
        isWorkerTier: workerTier,
        text: utf8,
        canFollow,
        consoleFiles,
      }),
    [
      tokens.configuration,
      tokens.catalogue,
      tokens.logging,
      tokens.clock,
      tokens.admission,
      tokens.inFlight,
      tokens.readiness,
      tokens.streams,
      tokens.metrics,
      tokens.repository,
      tokens.console,
      tokens.jobs,
      tokens.operations,
      tokens.feedback,
      tokens.tracing,
    ],
  )
  return container
}

const { scaling } = SHIPPED_POLICY
const SHIPPED_TARGET = scaling.kind === 'target_tracking' ? scaling.target : 65

function createMetrics(meter: ProcessMeter): MemoryMetrics {
  const metrics = createMemoryMetrics()
  metrics.gauge('WorkerUtilization', meter.utilization)
  metrics.gauge('EventLoopDelayP99', meter.delayP99)
  metrics.gauge('EventLoopDelayMax', meter.delayMax)
  return metrics
}

/** Whether an address to listen on is reached from this machine alone. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}
