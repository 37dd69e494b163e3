import { existsSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { toLetterDocument } from '@scaling-mlops/adapters/http'
import type { SqliteStreams } from '@scaling-mlops/adapters/sqlite'
import { openSqsDeadLetters, openSqsQueue, type SqsDeadLetters } from '@scaling-mlops/adapters/sqs'
import { CoreError, type DeadLetters, type Queue } from '@scaling-mlops/core'
import { ConfigurationError, readConfiguration } from '../configuration/read-configuration.ts'
import type { Configuration } from '../configuration/settings.ts'
import { databaseIn, openStore } from '../container/streams.ts'

export type StoreFlags = {
  readonly dataDir?: string
  readonly queueUrl?: string
  readonly deadLetterQueueUrl?: string
  readonly modelRepository?: string
}

export type DeadLetterStore = AsyncDisposable & {
  readonly deadLetters: DeadLetters
  /** A letter as the HTTP API shows it. */
  readonly toDocument: typeof toLetterDocument
  /** Of letters in SQS: has it move every one back to where it came from, and waits for the end. Answers how many were moved. */
  readonly moveAll: ((rate: number, progress: (doing: string) => void) => Promise<number>) | undefined
  /** Where a redrive sends them; throws where none is set. */
  queue(): Pick<Queue, 'send'>
}

/** Opens the dead letters that flags and environment name: a queue in SQS, else the embedded store of `npm start`. */
export async function openDeadLetterStore(flags: StoreFlags): Promise<DeadLetterStore> {
  const configuration = configurationOf(flags)
  const { queueUrl, deadLetterQueueUrl } = configuration
  const opened: { close(): void | Promise<void> }[] = []
  const sqs = deadLetterQueueUrl === undefined ? undefined : await openSqsDeadLetters({ url: deadLetterQueueUrl })
  const remote = queueUrl === undefined ? undefined : await openSqsQueue({ url: queueUrl })
  const store = sqs ? undefined : await openExisting(configuration)
  for (const resource of [sqs, remote, store]) if (resource) opened.push(resource)
  const deadLetters = sqs ?? store?.deadLetters
  if (deadLetters === undefined) throw new ConfigurationError(['DEAD_LETTER_QUEUE_URL or DATA_DIR must be set'])
  return {
    deadLetters,
    toDocument: toLetterDocument,
    moveAll: sqs && ((rate, progress) => moveWholeQueue(sqs, requireQueueUrl(queueUrl), rate, progress)),
    queue() {
      if (remote) return remote
      if (store) return store.queue
      throw noQueue()
    },
    async [Symbol.asyncDispose]() {
      for (const resource of opened) await resource.close()
    },
  }
}

function requireQueueUrl(queueUrl: string | undefined): string {
  if (queueUrl === undefined) throw noQueue()
  return queueUrl
}

function noQueue(): ConfigurationError {
  return new ConfigurationError(['QUEUE_URL must be set: it is the queue that dead letters of SQS go back to'])
}

/** A folder without streams is a slip of the pen more often than an empty store. */
async function openExisting(configuration: Configuration): Promise<SqliteStreams | undefined> {
  const { dataDir } = configuration
  if (dataDir !== undefined && !existsSync(databaseIn(dataDir)))
    throw new ConfigurationError([
      `DATA_DIR: there are no streams in "${dataDir}"; name the folder of the server, or DEAD_LETTER_QUEUE_URL`,
    ])
  return await openStore(configuration)
}

async function moveWholeQueue(
  letters: SqsDeadLetters,
  queueUrl: string,
  rate: number,
  progress: (doing: string) => void,
): Promise<number> {
  await letters.startMoveTask(queueUrl, rate)
  for (;;) {
    const task = await letters.findMoveTask()
    if (task?.status === 'COMPLETED') return task.moved
    if (task?.status === 'FAILED' || task?.status === 'CANCELLED')
      throw new CoreError(
        'invalid_data',
        `the move ended as ${task.status} after ${task.moved} letters: ${task.failure ?? 'SQS gives no reason'}`,
      )
    progress(`${task?.moved ?? 0} of ${task?.total ?? '?'} moved`)
    await setTimeout(500)
  }
}

export function configurationOf({ dataDir, queueUrl, deadLetterQueueUrl, modelRepository }: StoreFlags): Configuration {
  const given = { dataDir, queueUrl, deadLetterQueueUrl, modelRepository }
  const flags = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  return readConfiguration({ flags, environment: process.env, file: {}, defaults: { dataDir: './data' } }).configuration
}
