import { basename, dirname } from 'node:path'
import { createMemoryLog, createMemoryMetrics, systemClock, systemScheduler } from '@scaling-mlops/adapters/memory'
import { openOnnxModel } from '@scaling-mlops/adapters/onnx'
import { type Catalogue, createCatalogue, openServable, type Servable } from '@scaling-mlops/core'
import { openRepository } from '../configuration/open-repository.ts'
import { readConfiguration } from '../configuration/read-configuration.ts'
import type { Configuration } from '../configuration/settings.ts'

export type ModelReference = {
  readonly repository: string
  readonly name: string
  /** Undefined: the one that serves. */
  readonly version: string | undefined
}

/** Reads `churn`, `churn/2`, `models/churn` or `models/churn/2`; a bare name belongs to MODEL_REPOSITORY. */
export function toModelReference(text: string): ModelReference {
  const path = text.replace(/\/+$/, '')
  const version = /^\d+$/.test(basename(path)) ? basename(path) : undefined
  const model = version === undefined ? path : dirname(path)
  const repository = model.includes('/') ? dirname(model) : configuration().modelRepository
  return { repository, name: basename(model), version }
}

/** Opens a model and checks it as the server does. Rejects with the nearest name where there is no such model. */
export async function openModel({ repository, name, version }: ModelReference): Promise<Servable> {
  const { maxBatchRows, maxQueuedRows, maxWaitMs } = configuration()
  const settings = { maxBatchRows, maxQueuedRows, maxWaitMs, modelRepository: repository }
  return (await openCatalogue(settings)).find(name, version)
}

/** The models of a repository; one that is asked for is opened and checked as the server does it. */
export async function openCatalogue({
  modelRepository,
  maxBatchRows,
  maxQueuedRows,
  maxWaitMs,
  pinnedVersions = {},
  defaultModel,
}: Pick<Configuration, 'modelRepository' | 'maxBatchRows' | 'maxQueuedRows' | 'maxWaitMs'> &
  Partial<Pick<Configuration, 'pinnedVersions' | 'defaultModel'>>): Promise<Catalogue> {
  const limits = { maxRows: maxBatchRows, maxQueuedRows, maxWaitMs }
  return createCatalogue({
    repository: await openRepository(modelRepository),
    openServable: bundle =>
      openServable(bundle, {
        openModel: openOnnxModel,
        limits,
        scheduler: systemScheduler,
        metrics: createMemoryMetrics(),
        clock: systemClock,
      }),
    log: createMemoryLog(),
    pinned: pinnedVersions,
    defaultModel,
  })
}

function configuration(): Configuration {
  return readConfiguration({ flags: {}, environment: process.env, file: {} }).configuration
}
