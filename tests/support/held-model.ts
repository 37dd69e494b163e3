import { utf8 } from '@scaling-mlops/adapters/files'
import { connectionLimits, createHttpApp, type Listening, listen } from '@scaling-mlops/adapters/http'
import {
  createMemoryLog,
  createMemoryMetrics,
  createMemoryModel,
  createMemoryRepository,
  type MemoryLog,
  type MemoryMetrics,
  systemClock,
  systemScheduler,
} from '@scaling-mlops/adapters/memory'
import {
  type AccessEntry,
  type Clock,
  countRequestsInFlight,
  createAdmission,
  createCatalogue,
  type Metrics,
  type Model,
  openServable,
} from '@scaling-mlops/core'

export type HeldModel = Model & {
  /** What runs do from now on: answer at once, wait for `release`, or fail. */
  behaviour: 'prompt' | 'held' | 'failing'
  /** What a run says it took, in milliseconds. */
  milliseconds: number
  /** The value `x` of every row that was run, after the self-check. */
  readonly seen: number[]
  /** Lets the runs that wait go on. */
  release(): void
}

/** A regression that answers `x`, its runs under a test's thumb. */
function createHeldModel(): HeldModel {
  const model = createMemoryModel({ input: 'X', columns: 1, output: 'y', compute: ([x = 0]) => [x] })
  const waiting: (() => void)[] = []
  const held: HeldModel = {
    ...model,
    behaviour: 'prompt',
    milliseconds: 1,
    seen: [],
    release: () => {
      for (const resolve of waiting.splice(0)) resolve()
    },
    async run(inputs, outputs) {
      held.seen.push(...((inputs.X?.data ?? []) as Float32Array))
      if (held.behaviour === 'failing') throw new Error('the graph fell over')
      if (held.behaviour === 'held') await new Promise<void>(resolve => waiting.push(resolve))
      return { ...(await model.run(inputs, outputs)), milliseconds: held.milliseconds }
    },
  }
  return held
}

export type HeldServer = AsyncDisposable & {
  readonly url: string
  readonly model: HeldModel
  readonly metrics: MemoryMetrics
  readonly log: MemoryLog
  /** Of every request that ended. */
  readonly accesses: readonly AccessEntry[]
  /** Posts a row with this `x`. */
  predict(x: number, init?: { headers?: Record<string, string>; signal?: AbortSignal }): Promise<Response>
}

/** A real server whose model, clock and metrics a test can spoil. */
export async function openHeldServer({
  clock = systemClock,
  spoilMetrics = metrics => metrics,
  milliseconds = 1,
}: {
  clock?: Clock
  spoilMetrics?: (metrics: Metrics) => Metrics
  milliseconds?: number
} = {}): Promise<HeldServer> {
  const model = createHeldModel()
  model.milliseconds = milliseconds
  const memory = createMemoryMetrics()
  const metrics = spoilMetrics(memory)
  const log = createMemoryLog()
  const accesses: AccessEntry[] = []
  const catalogue = await createCatalogue({
    repository: createMemoryRepository({ held: { 1: { manifest, golden, graph: new Uint8Array() } } }),
    openServable: bundle =>
      openServable(bundle, {
        openModel: async () => model,
        limits: { maxRows: 1, maxQueuedRows: 100, maxWaitMs: 5000 },
        scheduler: systemScheduler,
        metrics,
        clock,
      }),
    log,
  })
  await catalogue.open()
  model.seen.length = 0
  const admission = createAdmission({ clock, metrics, busyMilliseconds: () => 0, maxMilliseconds: 200 })
  const app = createHttpApp({
    findExplainer: async () => {
      throw new Error('nobody asks a held model why')
    },
    findDocuments: async () => ({ examples: [] }),
    catalogue,
    log,
    accessLog: entry => void accesses.push(entry),
    clock,
    admission,
    isReady: () => true,
    maxBodyBytes: 1_000_000,
    corsOrigins: [],
    inFlight: countRequestsInFlight(metrics),
    writeMetrics: async () => '',
    operators: { apiKeys: [], isLoopback: true },
    operations: {
      document: async () => {
        throw new Error('nobody asks how a held model is doing')
      },
      close() {},
    },
    streams: undefined,
    jobs: undefined,
    maxFileBytes: 1,
    isWorkerTier: false,
    text: utf8,
  })
  const server: Listening = await listen(app, { port: 0, host: '127.0.0.1', limits: connectionLimits })
  return {
    url: server.url,
    model,
    metrics: memory,
    log,
    accesses,
    predict: (x, { headers = {}, signal } = {}) =>
      fetch(`${server.url}/predict`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ x }),
        ...(signal ? { signal } : {}),
      }),
    async [Symbol.asyncDispose]() {
      model.release()
      await server.close(0)
      await catalogue.close()
    },
  }
}

const manifest = {
  schemaVersion: 1,
  name: 'held',
  version: 1,
  title: 'Held',
  created: '2026-01-01T00:00:00Z',
  algorithm: 'by hand',
  task: { kind: 'regression', target: 'y' },
  features: [{ kind: 'number', name: 'x' }],
  input: 'X',
  output: 'y',
  files: { 'model.onnx': 'a'.repeat(64), 'golden.json': 'b'.repeat(64) },
}
const golden = { tolerance: 1e-6, rows: [1, 2, 3].map(x => ({ row: { x }, output: [x] })) }
