import type { OpenLog } from '@scaling-mlops/adapters/log'
import { systemTimer } from '@scaling-mlops/adapters/memory'
import { openServingModel, type ThreadUse } from '@scaling-mlops/adapters/onnx'
import {
  type Catalogue,
  type Clock,
  createCatalogue,
  type Metrics,
  type ModelRepository,
  openServable,
  type Scheduler,
} from '@scaling-mlops/core'
import type { Configuration } from '../configuration/settings.ts'
import type { KeptPayloads } from './payload-log.ts'

/** Opens the models of a repository for serving, and looks for new ones until it is closed. */
export async function openCatalogue(
  {
    defaultModel,
    pinnedVersions,
    modelPollSeconds,
    maxBatchRows,
    maxQueuedRows,
    maxWaitMs,
    modelThreads,
    workers,
  }: Configuration,
  repository: ModelRepository,
  { log }: OpenLog,
  metrics: Metrics,
  clock: Clock,
  scheduler: Scheduler,
  use: ThreadUse,
  { log: payloadLog }: KeptPayloads,
): Promise<Catalogue> {
  const limits = { maxRows: maxBatchRows, maxQueuedRows, maxWaitMs }
  const catalogue = await createCatalogue({
    repository,
    openServable: async bundle => {
      const servable = await openServable(bundle, {
        openModel: graph => openServingModel(graph, modelThreads, { share: workers, use }),
        limits,
        scheduler,
        metrics,
        clock,
      })
      return payloadLog === undefined ? servable : payloadLog.record(servable)
    },
    log,
    timer: systemTimer,
    defaultModel,
    pinned: pinnedVersions,
  })
  await catalogue.open()
  const unknown = payloadLog?.unknownFields() ?? []
  if (unknown.length > 0) log.warn('PAYLOAD_REDACT names fields that no open model has', { fields: unknown })
  if (modelPollSeconds === 0) return catalogue
  const stop = systemTimer.every(modelPollSeconds * 1000, () => void catalogue.refresh())
  return {
    ...catalogue,
    close() {
      stop()
      return catalogue.close()
    },
  }
}
