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
import type { SqliteStreams } from '@scaling-mlops/adapters/sqlite'
import { createCatalogue, createJudge, createProcessor, createStream, openServable } from '@scaling-mlops/core'
import { EMBEDDED, startSqliteStreams } from '@scaling-mlops/runtimes/streams'
import { aRow } from '../support/churn.ts'
import { repository } from '../support/host.ts'

const FLOOR = 40_000
const SIZES = (process.argv[2] ?? '10000,100000,1000000').split(',').map(Number)
const SENT_TOGETHER = 1_000
/** Callers that send at the same time, each when it is answered. */
const SENDERS = 2

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

/** Records a second. */
type Rates = {
  readonly sentAlone: number
  readonly scoredAlone: number
  /** Scored while they are sent: from the first that is sent until the result of the last can be read. */
  readonly endToEnd: number
}

type Figures = Rates & {
  readonly cpuMicroseconds: number
  /** How late the event loop was, in milliseconds: what a request waits that comes meanwhile. */
  readonly loopDelay: { readonly p99: number; readonly max: number }
}

async function measure(size: number): Promise<Figures> {
  const perSecond = (ms: number): number => Math.round(size / (ms / 1000))
  const apart = await withStreams(async streams => {
    const started = performance.now()
    await send(streams, size)
    const sent = performance.now()
    await score(streams, size)
    return { sentAlone: perSecond(sent - started), scoredAlone: perSecond(performance.now() - sent) }
  })
  return await withStreams(async streams => {
    const delay = monitorEventLoopDelay({ resolution: 1 })
    delay.enable()
    const before = cpuUsage()
    const started = performance.now()
    await Promise.all([send(streams, size), score(streams, size)])
    const endToEnd = perSecond(performance.now() - started)
    const { user, system } = cpuUsage(before)
    return {
      ...apart,
      endToEnd,
      loopDelay: { p99: Math.round(delay.percentile(99) / 1e5) / 10, max: Math.round(delay.max / 1e5) / 10 },
      cpuMicroseconds: Math.round((10 * (user + system)) / size) / 10,
    }
  })
}

async function withStreams<T>(use: (streams: SqliteStreams) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'streams-'))
  const streams = await startSqliteStreams({ path: join(folder, 'streams.db') })
  try {
    return await use(streams)
  } finally {
    await streams.close()
    await rm(folder, { recursive: true })
  }
}

async function send({ queue }: SqliteStreams, size: number): Promise<void> {
  let at = 0
  const sender = async (): Promise<void> => {
    while (at < size) {
      const first = at
      at = Math.min(size, at + SENT_TOGETHER)
      await queue.send(
        Array.from({ length: at - first }, (_, index) => ({
          id: `0193-${String(first + index).padStart(12, '0')}-7aaa-8bbb`,
          model: 'churn',
          version: undefined,
          body: rows[(first + index) % rows.length] as string,
        })),
      )
    }
  }
  await Promise.all(Array.from({ length: SENDERS }, sender))
}

async function score({ queue, results, deadLetters }: SqliteStreams, size: number): Promise<void> {
  const judge = createJudge({ catalogue, parse: parseJson, clock, timer: systemTimer, maxRecordBytes: 1_048_576 })
  const log = createMemoryLog()
  const process = createProcessor({ judge, sink: results, deadLetters, metrics, log, clock })
  const stop = new AbortController()
  let done = 0
  const run = createStream({
    queue,
    process: async (deliveries, settling) => {
      await process(deliveries, settling)
      done += deliveries.length
      if (done >= size) stop.abort()
    },
    timer: systemTimer,
    log,
    ...EMBEDDED,
  })
  await run(stop.signal)
  const last = await results.list('churn', String(size - 1), 10)
  if (last.length !== 1) throw new Error(`${size} results were expected; the last page has ${last.length}`)
}

await measure(20_000)
const found = []
for (const size of SIZES) {
  const figures = await measure(size)
  found.push({ records: size, ...figures })
  console.log(
    `${size.toLocaleString('en')} records: end to end ${figures.endToEnd}/s (scored while they are sent; sent alone ${figures.sentAlone}/s, scored alone ${figures.scoredAlone}/s), ${figures.cpuMicroseconds} µs of processor each, event loop late by ${figures.loopDelay.p99} ms (p99), ${figures.loopDelay.max} ms (longest)`,
  )
}
const slowest = Math.min(...found.map(({ endToEnd }) => endToEnd))
console.log(JSON.stringify({ date: new Date().toISOString(), cpu: cpus()[0]?.model, cpus: cpus().length, found }))
if (slowest < FLOOR) {
  console.error(`end to end must reach ${FLOOR} records/s at every size; the slowest is ${slowest}`)
  process.exitCode = 1
}
