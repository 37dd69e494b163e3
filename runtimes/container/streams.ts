import { join } from 'node:path'
import { parseJson, type StreamDoor } from '@scaling-mlops/adapters/http'
import { systemTimer } from '@scaling-mlops/adapters/memory'
import { openS3Results } from '@scaling-mlops/adapters/s3'
import type { SqliteStreams } from '@scaling-mlops/adapters/sqlite'
import { openSqsDeadLetters, openSqsQueue, openSqsSink } from '@scaling-mlops/adapters/sqs'
import {
  type Catalogue,
  type Clock,
  createJudge,
  createProcessor,
  createStream,
  type DeadLetters,
  type Log,
  type Metrics,
  type Queue,
  type RunStream,
  watchBacklog,
} from '@scaling-mlops/core'
import { ConfigurationError } from '../configuration/read-configuration.ts'
import type { Configuration } from '../configuration/settings.ts'

/** The streams of this process: their door for HTTP, and the loop that scores what comes through the queue. */
export type Streams = {
  readonly door: StreamDoor | undefined
  /** Absent where nothing is to be polled: no queue, or a worker tier, whose daemon brings the records. */
  readonly run: RunStream | undefined
  close(): Promise<void>
}

type Dependencies = {
  readonly catalogue: Catalogue
  readonly log: Log
  readonly metrics: Metrics
  readonly clock: Clock
}

/** From SQS a batch is mostly waiting, so several run at once. */
const REMOTE = { batchSize: 100, concurrency: 4 }

/** Loaded where there is a DATA_DIR: others have no use for SQLite. */
const embedded = () => import('../streams/start-streams.ts')

/** Opens what the configuration names; SQS and S3 where they are named, DATA_DIR for the rest. Rejects with a ConfigurationError where one of them is missing. */
export async function openStreams(
  configuration: Configuration,
  { catalogue, log, metrics, clock }: Dependencies,
): Promise<Streams> {
  const { dataDir, queueUrl, deadLetterQueueUrl, resultsUrl, workerTier, maxBodyBytes } = configuration
  const places = [dataDir, queueUrl, deadLetterQueueUrl, resultsUrl]
  if (places.every(place => place === undefined) && !workerTier)
    return { door: undefined, run: undefined, async close() {} }

  const timer = systemTimer
  const opened: { close(): void | Promise<void> }[] = []
  const store = await openStore(configuration)
  if (store) opened.push(store)
  const keep = <T extends { close(): void }>(resource: T): T => {
    opened.push(resource)
    return resource
  }
  const queue: Queue | undefined =
    queueUrl === undefined
      ? store?.queue
      : keep(await openSqsQueue({ url: queueUrl, visibilityMs: configuration.visibilitySeconds * 1000 }))
  const deadLetters = await openDeadLetters(configuration, store, keep)
  const results = await openResults(configuration, store, keep)
  const judge = createJudge({ catalogue, parse: parseJson, clock, timer, maxRecordBytes: maxBodyBytes })
  const process = createProcessor({ judge, sink: results, deadLetters, metrics, log, clock })
  const run =
    queue === undefined || workerTier
      ? undefined
      : createStream({ queue, process, timer, log, ...(queueUrl === undefined ? (await embedded()).EMBEDDED : REMOTE) })
  if (queue !== undefined) opened.push({ close: watchBacklog({ queue, metrics, timer, log }) })
  return {
    door: { queue, results, deadLetters, judge, process },
    run,
    async close() {
      for (const resource of opened.reverse()) await resource.close()
    },
  }
}

type Keep = <T extends { close(): void }>(resource: T) => T

/** Dead letters alone, for the command line. */
export async function openDeadLetters(
  { deadLetterQueueUrl }: Configuration,
  store: SqliteStreams | undefined,
  keep: Keep,
): Promise<DeadLetters> {
  if (deadLetterQueueUrl !== undefined) return keep(await openSqsDeadLetters({ url: deadLetterQueueUrl }))
  if (store) return store.deadLetters
  throw new ConfigurationError(['DEAD_LETTER_QUEUE_URL or DATA_DIR must be set: dead letters need a place'])
}

async function openResults(
  { resultsUrl, largeResultsUrl }: Configuration,
  store: SqliteStreams | undefined,
  keep: Keep,
): Promise<StreamDoor['results']> {
  if (resultsUrl?.startsWith('s3://')) return keep(await openS3Results(resultsUrl))
  if (resultsUrl !== undefined) {
    const large = largeResultsUrl === undefined ? {} : { large: keep(await openS3Results(largeResultsUrl)) }
    return keep(await openSqsSink({ url: resultsUrl, ...large }))
  }
  if (store) return store.results
  throw new ConfigurationError(['RESULTS_URL or DATA_DIR must be set: results of streams need a place'])
}

/** The embedded store in DATA_DIR, where there is one. Rejects with a ConfigurationError where it cannot be kept there. */
export async function openStore({
  dataDir,
  visibilitySeconds,
  keepResultsDays,
}: Configuration): Promise<SqliteStreams | undefined> {
  if (dataDir === undefined) return undefined
  try {
    const { startSqliteStreams } = await embedded()
    return await startSqliteStreams({
      path: databaseIn(dataDir),
      visibilityMs: visibilitySeconds * 1000,
      keepMs: keepResultsDays * 86_400_000,
    })
  } catch (error) {
    throw new ConfigurationError([
      `DATA_DIR: the queue cannot be kept in "${dataDir}": ${(error as Error).message}; name a writable folder`,
    ])
  }
}

export function databaseIn(dataDir: string): string {
  return join(dataDir, 'streams.db')
}
