import { openFolderRepository } from '@scaling-mlops/adapters/files'
import { createHttpApp, type HttpApp } from '@scaling-mlops/adapters/http'
import { type OpenLog, openLog } from '@scaling-mlops/adapters/log'
import { busyMilliseconds, createMemoryMetrics, systemClock, systemScheduler } from '@scaling-mlops/adapters/memory'
import { openServingModel } from '@scaling-mlops/adapters/onnx'
import {
  type Admission,
  type Catalogue,
  type Clock,
  createAdmission,
  createCatalogue,
  type Metrics,
  type ModelRepository,
  openServable,
  type Scheduler,
} from '@scaling-mlops/core'
import { Container, type ServiceIdentifier } from 'inversify'
import type { Configuration } from '../configuration/settings.ts'
import { openStreams, type Streams } from './streams.ts'

/** Whether requests should be sent here; turned once when the server is up, and back when it drains. */
export type Readiness = { ready: boolean }

export const tokens = {
  configuration: token<Configuration>('Configuration'),
  clock: token<Clock>('Clock'),
  scheduler: token<Scheduler>('Scheduler'),
  logging: token<OpenLog>('OpenLog'),
  metrics: token<Metrics>('Metrics'),
  repository: token<ModelRepository>('ModelRepository'),
  catalogue: token<Catalogue>('Catalogue'),
  admission: token<Admission>('Admission'),
  readiness: token<Readiness>('Readiness'),
  streams: token<Streams>('Streams'),
  httpApp: token<HttpApp>('HttpApp'),
}

/** The whole server but its listener: ports bound to adapters. `unbindAllAsync` closes what was opened. */
export function compose(configuration: Configuration): Container {
  const container = new Container({ defaultScope: 'Singleton' })
  container.bind(tokens.configuration).toConstantValue(configuration)
  container.bind(tokens.clock).toConstantValue(systemClock)
  container.bind(tokens.scheduler).toConstantValue(systemScheduler)
  container.bind(tokens.readiness).toConstantValue({ ready: false })
  container.bind(tokens.metrics).toResolvedValue(createMemoryMetrics)
  container
    .bind(tokens.logging)
    .toResolvedValue(({ logLevel }: Configuration) => openLog(logLevel), [tokens.configuration])
  container
    .bind(tokens.repository)
    .toResolvedValue(
      ({ modelRepository }: Configuration) => openFolderRepository(modelRepository),
      [tokens.configuration],
    )
  container
    .bind(tokens.catalogue)
    .toResolvedValue(openCatalogue, [
      tokens.configuration,
      tokens.repository,
      tokens.logging,
      tokens.metrics,
      tokens.clock,
      tokens.scheduler,
    ])
    .onDeactivation(catalogue => catalogue.close())
  container
    .bind(tokens.admission)
    .toResolvedValue(
      ({ maxLoopMs }: Configuration, clock: Clock, metrics: Metrics) =>
        createAdmission({ clock, metrics, busyMilliseconds, maxMilliseconds: maxLoopMs }),
      [tokens.configuration, tokens.clock, tokens.metrics],
    )
  container
    .bind(tokens.streams)
    .toResolvedValue(
      (configuration: Configuration, catalogue: Catalogue, { log }: OpenLog, metrics: Metrics, clock: Clock) =>
        openStreams(configuration, { catalogue, log, metrics, clock }),
      [tokens.configuration, tokens.catalogue, tokens.logging, tokens.metrics, tokens.clock],
    )
    .onDeactivation(streams => streams.close())
  container.bind(tokens.httpApp).toResolvedValue(
    (
      { maxBodyBytes, corsOrigins, apiKeys, host, workerTier }: Configuration,
      catalogue: Catalogue,
      { log, accessLog }: OpenLog,
      clock: Clock,
      admission: Admission,
      readiness: Readiness,
      streams: Streams,
    ) =>
      createHttpApp({
        catalogue,
        log,
        accessLog,
        clock,
        admission,
        maxBodyBytes,
        corsOrigins,
        isReady: () => readiness.ready,
        operators: { apiKeys, isLoopback: isLoopback(host) },
        streams: streams.door,
        isWorkerTier: workerTier,
      }),
    [
      tokens.configuration,
      tokens.catalogue,
      tokens.logging,
      tokens.clock,
      tokens.admission,
      tokens.readiness,
      tokens.streams,
    ],
  )
  return container
}

async function openCatalogue(
  { defaultModel, pinnedVersions, maxBatchRows, maxQueuedRows, maxWaitMs, modelThreads }: Configuration,
  repository: ModelRepository,
  { log }: OpenLog,
  metrics: Metrics,
  clock: Clock,
  scheduler: Scheduler,
): Promise<Catalogue> {
  const limits = { maxRows: maxBatchRows, maxQueuedRows, maxWaitMs }
  const catalogue = await createCatalogue({
    repository,
    openServable: bundle =>
      openServable(bundle, {
        openModel: graph => openServingModel(graph, modelThreads),
        limits,
        scheduler,
        metrics,
        clock,
      }),
    log,
    defaultModel,
    pinned: pinnedVersions,
  })
  await catalogue.open()
  return catalogue
}

function token<T>(name: string): ServiceIdentifier<T> {
  return Symbol(name)
}

/** Whether an address to listen on is reached from this machine alone. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}
