import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Clock, DeadLetters, ResultStore, Timer } from '@scaling-mlops/core'
import { openLogSync } from './log-sync.ts'
import { openDatabase } from './schema.ts'
import { createSqliteDeadLetters } from './sqlite-dead-letters.ts'
import { createSqliteQueue, type SqliteQueue } from './sqlite-queue.ts'
import { createSqliteResults } from './sqlite-results.ts'

export type SqliteStreamsOptions = {
  readonly clock: Clock
  readonly timer: Timer
  readonly visibilityMs?: number
  readonly pollMs?: number
  /** How long results are kept. */
  readonly keepMs?: number
}

export type SqliteStreams = {
  readonly queue: SqliteQueue
  readonly results: ResultStore
  readonly deadLetters: DeadLetters
  /** Waits for what is still on its way to the disk. */
  close(): Promise<void>
}

/** Queue, results and dead letters in one SQLite file, shared by the processes of one machine. Throws where the file cannot be made or opened. */
export function openSqliteStreams(
  path: string,
  { clock, timer, visibilityMs = 30_000, pollMs = 100, keepMs = 14 * 86_400_000 }: SqliteStreamsOptions,
): SqliteStreams {
  mkdirSync(dirname(path), { recursive: true })
  const database = openDatabase(path)
  const log = openLogSync(path)
  return {
    queue: createSqliteQueue(database, log.sync, { clock, timer, visibilityMs, pollMs }),
    results: createSqliteResults(database, log.sync, clock, keepMs),
    deadLetters: createSqliteDeadLetters(database, log.sync),
    async close() {
      await log.close()
      database.close()
    },
  }
}
