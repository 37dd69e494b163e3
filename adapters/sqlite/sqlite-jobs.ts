import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Clock } from '@scaling-mlops/core'
import type { Job, JobOrder, JobQueue, Jobs } from '@scaling-mlops/core/jobs'
import { inTransaction } from './schema.ts'

export type SqliteJobs = { readonly jobs: Jobs; readonly queue: JobQueue; close(): void }

/** What of a job changes; the rest is its order. */
type Changing = Omit<Job, keyof JobOrder | 'revision'>

type JobRow = {
  readonly id: string
  readonly order_document: string
  readonly state: Job['state']
  readonly document: string
  readonly checkpoint: string | null
  readonly starts: number
  readonly revision: number
}

const NOTHING_YET: Changing['progress'] = { bytesRead: 0, rows: 0, errors: 0, rowsPerSecond: null, secondsLeft: null }

/** Jobs in one SQLite file, shared by the processes of one machine. Throws where the file cannot be made or opened. */
export function openSqliteJobs(path: string, clock: Clock): SqliteJobs {
  mkdirSync(dirname(path), { recursive: true })
  const database = new DatabaseSync(path, { timeout: 5_000 })
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE IF NOT EXISTS jobs (
      seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, key TEXT UNIQUE, order_document TEXT NOT NULL,
      state TEXT NOT NULL, document TEXT NOT NULL, ended INTEGER, checkpoint TEXT, starts INTEGER NOT NULL DEFAULT 0,
      revision INTEGER NOT NULL DEFAULT 1
    );
    CREATE INDEX IF NOT EXISTS jobs_by_state ON jobs (state, seq);
  `)
  const insert = database.prepare(
    "INSERT INTO jobs (id, key, order_document, state, document) VALUES (?, ?, ?, 'queued', ?)",
  )
  const byId = database.prepare('SELECT * FROM jobs WHERE id = ?')
  const byKey = database.prepare('SELECT * FROM jobs WHERE key = ?')
  const newest = database.prepare('SELECT * FROM jobs ORDER BY seq DESC LIMIT ?')
  const oldest = database.prepare('SELECT * FROM jobs WHERE state = ? ORDER BY seq LIMIT 1')
  const change = database.prepare(
    'UPDATE jobs SET state = ?, document = ?, ended = ?, revision = revision + 1 WHERE id = ?',
  )
  const start = database.prepare('UPDATE jobs SET starts = starts + 1 WHERE id = ?')
  const keep = database.prepare('UPDATE jobs SET checkpoint = ?, starts = 0 WHERE id = ?')
  const forget = database.prepare('DELETE FROM jobs WHERE ended < ?')
  const ids = database.prepare('SELECT id FROM jobs')

  const find = (id: string): JobRow | undefined => byId.get(id) as JobRow | undefined
  const put = (id: string, document: Changing): void => {
    change.run(document.state, JSON.stringify(document), document.finishedAt, id)
  }

  const jobs: Jobs = {
    async add(order, key) {
      return inTransaction(database, () => {
        const known = key === undefined ? undefined : (byKey.get(key) as JobRow | undefined)
        if (known) return { job: toJob(known), isNew: false }
        const document: Changing = {
          state: 'queued',
          createdAt: clock.now(),
          startedAt: null,
          finishedAt: null,
          progress: NOTHING_YET,
        }
        insert.run(order.id, key ?? null, JSON.stringify(order), JSON.stringify(document))
        return { job: toJob(find(order.id) as JobRow), isNew: true }
      })
    },
    async find(by) {
      const row = 'id' in by ? find(by.id) : (byKey.get(by.key) as JobRow | undefined)
      return row && toJob(row)
    },
    list: async limit => (newest.all(limit) as JobRow[]).map(toJob),
    async cancel(id) {
      return inTransaction(database, () => {
        const row = find(id)
        if (row === undefined) return undefined
        if (row.state === 'queued' || row.state === 'running')
          put(id, { ...changingOf(row), state: 'cancelled', finishedAt: clock.now() })
        return toJob(find(id) as JobRow)
      })
    },
  }

  const queue: JobQueue = {
    async next() {
      return inTransaction(database, () => {
        const found = (oldest.get('running') ?? oldest.get('queued')) as JobRow | undefined
        if (found === undefined) return undefined
        const before = changingOf(found)
        put(found.id, { ...before, state: 'running', startedAt: before.startedAt ?? clock.now() })
        start.run(found.id)
        const row = find(found.id) as JobRow
        const checkpoint = row.checkpoint === null ? undefined : JSON.parse(row.checkpoint)
        return { job: toJob(row), checkpoint, starts: row.starts }
      })
    },
    async report(id, progress, checkpoint) {
      return inLightTransaction(database, () => {
        const row = find(id)
        if (row?.state !== 'running') return false
        put(id, { ...changingOf(row), progress })
        if (checkpoint !== undefined) keep.run(JSON.stringify(checkpoint), id)
        return true
      })
    },
    async finish(id, ending) {
      inTransaction(database, () => {
        const row = find(id)
        if (row?.state === 'running') put(id, { ...changingOf(row), ...ending, finishedAt: clock.now() })
      })
    },
    async forget(before) {
      return inTransaction(database, () => {
        forget.run(before)
        return new Set((ids.all() as Pick<JobRow, 'id'>[]).map(({ id }) => id))
      })
    },
  }

  return { jobs, queue, close: () => database.close() }
}

function changingOf({ document }: JobRow): Changing {
  return JSON.parse(document)
}

function toJob(row: JobRow): Job {
  return { ...(JSON.parse(row.order_document) as JobOrder), ...changingOf(row), revision: row.revision }
}

/** A transaction without waiting for the disk: what a loss of power may undo together with all that came after it. A killed process loses nothing. */
function inLightTransaction<T>(database: DatabaseSync, write: () => T): T {
  database.exec('PRAGMA synchronous = NORMAL')
  try {
    return inTransaction(database, write)
  } finally {
    database.exec('PRAGMA synchronous = FULL')
  }
}
