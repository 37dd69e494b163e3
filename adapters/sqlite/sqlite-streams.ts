import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Clock, DeadLetters, Queue, ResultStore, Timer } from '@scaling-mlops/core'
import { openLogSync } from './log-sync.ts'
import { createRecordStore, type RecordStore } from './record-store.ts'
import { createResultBlocks, type ResultBlocks } from './result-blocks.ts'
import { openDatabase } from './schema.ts'
import { createSqliteDeadLetters } from './sqlite-dead-letters.ts'
import { createSqliteQueue } from './sqlite-queue.ts'
import { createSqliteResults } from './sqlite-results.ts'

export type SqliteStreamsOptions = {
  readonly clock: Clock
  readonly timer: Timer
  readonly visibilityMs?: number
  readonly pollMs?: number
  /** How long results are kept. */
  readonly keepMs?: number
}

/** What is stored, in terms that a thread can be sent: few values, whatever they hold. */
export type StreamsStore = {
  readonly visibilityMs: number
  readonly records: RecordStore
  readonly results: ResultBlocks
  readonly deadLetters: DeadLetters
  /** Waits for what is still on its way to the disk. */
  close(): Promise<void>
}

export type SqliteStreams = {
  readonly queue: Queue
  readonly results: ResultStore
  readonly deadLetters: DeadLetters
  close(): Promise<void>
}

/** Queue, results and dead letters in one SQLite file, shared by the processes of one machine. Throws where the file cannot be made or opened. */
export function openStreamsStore(
  path: string,
  { clock, timer, visibilityMs = 30_000, pollMs = 100, keepMs = 14 * 86_400_000 }: SqliteStreamsOptions,
): StreamsStore {
  mkdirSync(dirname(path), { recursive: true })
  const database = openDatabase(path)
  const log = openLogSync(path)
  return {
    visibilityMs,
    records: createRecordStore(database, log.sync, { clock, timer, visibilityMs, pollMs }),
    results: createResultBlocks(database, log.sync, clock, keepMs),
    deadLetters: createSqliteDeadLetters(database, log.sync),
    async close() {
      await log.close()
      database.close()
    },
  }
}

/** The ports over a store, which may be in another thread. */
export function createSqliteStreams({
  visibilityMs,
  records,
  results,
  deadLetters,
  close,
}: StreamsStore): SqliteStreams {
  return { queue: createSqliteQueue(records, visibilityMs), results: createSqliteResults(results), deadLetters, close }
}

/** Streams whose store is in this thread. */
export function openSqliteStreams(path: string, options: SqliteStreamsOptions): SqliteStreams {
  return createSqliteStreams(openStreamsStore(path, options))
}
