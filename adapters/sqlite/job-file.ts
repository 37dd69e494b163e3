import { rmSync, statSync, unlinkSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { InvalidDataError } from '@scaling-mlops/core'

/** What a long job remembers of itself, and the lock that keeps others from the same job. */
export type JobFile = {
  /** What the last run saved, or undefined. */
  readonly saved: unknown
  /** Saves a document in place of the one before; it is on the disk when this returns. */
  save(document: object): void
  /** Ends the job: nothing is left of it. */
  remove(): void
  /** Lets go of the job, which may go on later. */
  close(): void
}

/**
 * Opens a job's file and locks it. The lock is the operating system's, so it ends with the process, however that ends. Throws
 * `invalid_data` where another process holds it.
 */
export function openJobFile(path: string, target: string): JobFile {
  for (;;) {
    const database = openDatabase(path)
    try {
      // EXCLUSIVE keeps the lock over commits
      database.exec(`
        PRAGMA locking_mode = EXCLUSIVE;
        PRAGMA synchronous = FULL;
        BEGIN EXCLUSIVE;
        CREATE TABLE IF NOT EXISTS job (one INTEGER PRIMARY KEY CHECK (one = 1), document TEXT NOT NULL);
        COMMIT;
      `)
    } catch (cause) {
      database.close()
      if (/locked/.test((cause as Error).message))
        throw new InvalidDataError(
          { source: target },
          'another run is writing this target; wait for it, or name another target',
        )
      throw withSystemCode(cause, path)
    }
    // the run before may have ended, and removed the file, between our opening and our locking
    if (exists(path)) return jobFile(database, path)
    database.close()
  }
}

function openDatabase(path: string): DatabaseSync {
  try {
    return new DatabaseSync(path, { timeout: 0 })
  } catch (cause) {
    throw withSystemCode(cause, path)
  }
}

function jobFile(database: DatabaseSync, path: string): JobFile {
  const row = database.prepare('SELECT document FROM job').get() as { document: string } | undefined
  const replace = database.prepare('INSERT OR REPLACE INTO job VALUES (1, ?)')
  return {
    saved: row === undefined ? undefined : JSON.parse(row.document),
    save(document) {
      try {
        replace.run(JSON.stringify(document))
      } catch (cause) {
        throw withSystemCode(cause, path)
      }
    },
    remove() {
      // a journal that a killed run left is SQLite's to remove only once something is written again
      rmSync(`${path}-journal`, { force: true })
      unlinkSync(path)
      database.close()
    },
    close: () => database.close(),
  }
}

/** SQLite's own numbers for what the file system refuses, as Node names it. */
const SYSTEM_CODES: Readonly<Record<number, string>> = { 8: 'EROFS', 13: 'ENOSPC' }

function withSystemCode(cause: unknown, path: string): Error {
  const { errcode } = cause as { errcode?: number }
  const folder = statSync(dirname(path), { throwIfNoEntry: false })
  const unopened = folder === undefined ? 'ENOENT' : folder.isDirectory() ? 'EACCES' : 'ENOTDIR'
  return Object.assign(cause as Error, { path, code: SYSTEM_CODES[errcode ?? 0] ?? unopened })
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined
}
