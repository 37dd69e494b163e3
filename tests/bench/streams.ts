// Throughput of the embedded queue, end to end: send, receive, score the churn model, publish, acknowledge. Run it alone: npm run bench:streams
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { cpuUsage } from 'node:process'
import { openFolderRepository } from '@scaling-mlops/adapters/files'
import { parseJson } from '@scaling-mlops/adapters/http'
import {
  createMemoryLog,
  createMemoryMetrics,
  systemClock,
  systemScheduler,
  systemTimer,
} from '@scaling-mlops/adapters/memory'
import { openOnnxModel } from '@scaling-mlops/adapters/onnx'
import { createCatalogue, createJudge, createProcessor, createStream, openServable } from '@scaling-mlops/core'
import { startSqliteStreams } from '@scaling-mlops/runtimes/streams'
import { aRow } from '../support/churn.ts'
import { repository } from '../support/host.ts'

const FLOOR = 40_000
const SIZES = (process.argv[2] ?? '10000,100000,1000000').split(',').map(Number)
const SENT_TOGETHER = 1_000

const clock = systemClock
const metrics = createMemoryMetrics()
const catalogue = await createCatalogue({
  repository: openFolderRepository(repository),
  openServable: bundle =>
    openServable(bundle, {
      openModel: openOnnxModel,
      limits: { maxRows: 1_024, maxQueuedRows: 100_000, maxWaitMs: 1_000 },
      scheduler: systemScheduler,
      metrics,
      clock,
    }),
  log: createMemoryLog(),
})
await catalogue.open()

const rows = Array.from({ length: 1_000 }, (_, index) =>
  JSON.stringify(aRow({ tenure: index % 72, monthlycharges: 20 + (index % 90) })),
)

type Figures = {
  readonly send: number
  readonly drain: number
  readonly total: number
  readonly cpuMicroseconds: number
  /** How late the event loop was, in milliseconds: what a request waits that comes meanwhile. */
  readonly loopDelay: { readonly p99: number; readonly max: number }
}

async function measure(size: number): Promise<Figures> {
  const folder = await mkdtemp(join(tmpdir(), 'streams-'))
  const streams = await startSqliteStreams({ path: join(folder, 'streams.db') })
  const judge = createJudge({ catalogue, parse: parseJson, clock, timer: systemTimer, maxRecordBytes: 1_048_576 })
  const log = createMemoryLog()
  const process = createProcessor({
    judge,
    sink: streams.results,
    deadLetters: streams.deadLetters,
    metrics,
    log,
    clock,
  })
  const stop = new AbortController()

  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const started = performance.now()
  const before = cpuUsage()
  for (let at = 0; at < size; at += SENT_TOGETHER)
    await streams.queue.send(
      Array.from({ length: Math.min(SENT_TOGETHER, size - at) }, (_, index) => ({
        id: `0193-${String(at + index).padStart(12, '0')}-7aaa-8bbb`,
        model: 'churn',
        version: undefined,
        body: rows[(at + index) % rows.length] as string,
      })),
    )
  const sent = performance.now()

  let done = 0
  const run = createStream({
    queue: streams.queue,
    process: async (deliveries, queue) => {
      await process(deliveries, queue)
      done += deliveries.length
      if (done >= size) stop.abort()
    },
    timer: systemTimer,
    log,
    batchSize: 500,
    concurrency: 2,
  })
  await run(stop.signal)
  const drained = performance.now()
  const { user, system } = cpuUsage(before)

  const last = await streams.results.list('churn', String(size - 1), 10)
  if (last.length !== 1) throw new Error(`${size} results were expected; the last page has ${last.length}`)
  await streams.close()
  await rm(folder, { recursive: true })
  const perSecond = (ms: number): number => Math.round(size / (ms / 1000))
  return {
    send: perSecond(sent - started),
    drain: perSecond(drained - sent),
    total: perSecond(drained - started),
    loopDelay: { p99: Math.round(delay.percentile(99) / 1e5) / 10, max: Math.round(delay.max / 1e5) / 10 },
    cpuMicroseconds: Math.round((10 * (user + system)) / size) / 10,
  }
}

await measure(20_000)
const found = []
for (const size of SIZES) {
  const figures = await measure(size)
  found.push({ records: size, ...figures })
  console.log(
    `${size.toLocaleString('en')} records: sent ${figures.send}/s, scored ${figures.drain}/s, end to end ${figures.total}/s, ${figures.cpuMicroseconds} µs of processor each, event loop late by ${figures.loopDelay.p99} ms (p99), ${figures.loopDelay.max} ms (longest)`,
  )
}
const slowest = Math.min(...found.map(({ total }) => total))
console.log(JSON.stringify({ date: new Date().toISOString(), cpu: cpus()[0]?.model, cpus: cpus().length, found }))
if (slowest < FLOOR) {
  console.error(`end to end must reach ${FLOOR} records/s at every size; the slowest is ${slowest}`)
  process.exitCode = 1
}
