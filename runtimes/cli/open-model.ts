import { basename, dirname } from 'node:path'
import { createMemoryLog, createMemoryMetrics, systemClock, systemScheduler } from '@scaling-mlops/adapters/memory'
import { openOnnxModel } from '@scaling-mlops/adapters/onnx'
import { createCatalogue, openServable, type Servable } from '@scaling-mlops/core'
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
  const limits = { maxRows: maxBatchRows, maxQueuedRows, maxWaitMs }
  const catalogue = await createCatalogue({
    repository: await openRepository(repository),
    openServable: bundle =>
      openServable(bundle, {
        openModel: openOnnxModel,
        limits,
        scheduler: systemScheduler,
        metrics: createMemoryMetrics(),
        clock: systemClock,
      }),
    log: createMemoryLog(),
  })
  return catalogue.find(name, version)
}

function configuration(): Configuration {
  return readConfiguration({ flags: {}, environment: process.env, file: {} }).configuration
}
