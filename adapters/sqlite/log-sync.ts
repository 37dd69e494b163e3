import { close, fdatasync, openSync } from 'node:fs'
import { promisify } from 'node:util'

/** Resolves when all that was committed before the call is on the disk. Rejects where the disk refuses. */
export type Sync = () => Promise<void>

/**
 * Waits for the disk beside the thread that commits: the system's threads synchronise the write-ahead log of an open database, and whoever
 * asks while they do shares the next time. Checkpoints are safe meanwhile: SQLite synchronises the log before them, the database after.
 */
export function openLogSync(path: string): { readonly sync: Sync; close(): Promise<void> } {
  // it stays the same file for as long as a connection is open
  const log = openSync(`${path}-wal`, 'r+')
  let last: Promise<void> = Promise.resolve()
  let next: Promise<void> | undefined

  const begin = (): Promise<void> => {
    next = undefined
    return synchronise(log)
  }
  return {
    sync() {
      if (next === undefined) {
        next = last.then(begin)
        last = next.catch(() => {})
      }
      return next
    },
    async close() {
      await last
      await closeFile(log)
    },
  }
}

const synchronise = promisify(fdatasync)
const closeFile = promisify(close)
