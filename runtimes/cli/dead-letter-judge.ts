import { parseJson } from '@scaling-mlops/adapters/http'
import {
  createMemoryLog,
  createMemoryMetrics,
  systemClock,
  systemScheduler,
  systemTimer,
} from '@scaling-mlops/adapters/memory'
import { openOnnxModel } from '@scaling-mlops/adapters/onnx'
import { createCatalogue, createJudge, type Judge, openServable } from '@scaling-mlops/core'
import { openRepository } from '../configuration/open-repository.ts'
import { configurationOf, type StoreFlags } from './dead-letter-store.ts'

/** The models of the repository, to judge with. */
export async function openJudge(flags: StoreFlags): Promise<AsyncDisposable & { readonly judge: Judge }> {
  const { modelRepository, maxBodyBytes, maxBatchRows, maxQueuedRows, maxWaitMs, defaultModel, pinnedVersions } =
    configurationOf(flags)
  const clock = systemClock
  const dependencies = {
    openModel: openOnnxModel,
    limits: { maxRows: maxBatchRows, maxQueuedRows, maxWaitMs },
    scheduler: systemScheduler,
    metrics: createMemoryMetrics(),
    clock,
  }
  const catalogue = await createCatalogue({
    repository: await openRepository(modelRepository),
    openServable: bundle => openServable(bundle, dependencies),
    log: createMemoryLog(),
    defaultModel,
    pinned: pinnedVersions,
  })
  return {
    judge: createJudge({ catalogue, parse: parseJson, clock, timer: systemTimer, maxRecordBytes: maxBodyBytes }),
    [Symbol.asyncDispose]: () => catalogue.close(),
  }
}
