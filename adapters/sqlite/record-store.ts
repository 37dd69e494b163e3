import type { DatabaseSync } from 'node:sqlite'
import { setImmediate } from 'node:timers/promises'
import type { Clock, Signal, Timer } from '@scaling-mlops/core'
import type { Block } from './block.ts'
import { createBlockTable, type Head } from './block-table.ts'
import type { Sync } from './log-sync.ts'
import { common, type Places } from './places.ts'
import { inTransaction } from './schema.ts'
import { createSpans } from './spans.ts'
import { blocksBetween, prepareTake, type TakenBlock } from './take.ts'

export type RecordStoreOptions = {
  readonly clock: Clock
  readonly timer: Timer
  /** How long a received record stays hidden unless it is kept so. */
  readonly visibilityMs: number
  /** How long a receiver of an empty queue waits before it looks again: records of other processes are seen this late. */
  readonly pollMs: number
}

/** Records that are sent together; first seen now, where no other time is given. */
export type OutgoingBlock = Block & Omit<Head, 'at'> & { readonly at: number | undefined; readonly delayMs: number }

/** The queue as it is stored: it takes and gives blocks, and is told of records by their places. */
export type RecordStore = {
  send(blocks: readonly OutgoingBlock[]): Promise<void>
  receive(limit: number, signal: Signal): Promise<readonly TakenBlock[]>
  /** Hides those that were delivered so many times, and not since. */
  hide(runs: readonly (Places & { readonly attempts: number; readonly milliseconds: number })[]): Promise<void>
  acknowledge(runs: readonly Places[]): Promise<void>
  has(model: string, id: string): Promise<boolean>
  backlog(): Promise<number>
}

/** Records are on the disk when they are sent. Leases and acknowledgements need not be: undone, they deliver a record once more. */
export function createRecordStore(
  database: DatabaseSync,
  sync: Sync,
  { clock, timer, visibilityMs, pollMs }: RecordStoreOptions,
): RecordStore {
  const records = createBlockTable(database, 'record')
  const spans = createSpans(database)
  const take = prepareTake(database, spans)
  const newest = database.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'record_blocks'")
  const blocks = database.prepare('SELECT first, last, model, ids FROM record_blocks WHERE last >= ? ORDER BY last')
  const forgetIds = database.prepare(`
    DELETE FROM record_ids WHERE seq BETWEEN ?1 AND ?2 AND (model, id) IN (
      SELECT model, value FROM record_blocks, json_each(ids) WHERE last BETWEEN ?1 AND ?2 AND first >= ?1
    )`)
  const isPartlyRead = database.prepare('SELECT 1 FROM reader WHERE up_to >= ? AND up_to < ?')
  const forget = database.prepare('DELETE FROM record_blocks WHERE last BETWEEN ?1 AND ?2 AND first >= ?1')
  const countDue = database.prepare(`
    SELECT (SELECT coalesce(sum(last - first + 1), 0) FROM unread)
      + (SELECT coalesce(sum(last - first + 1), 0) FROM spans WHERE visible_at <= ?) AS due`)
  const sleepers = new Set<() => void>()

  const receive = (limit: number): readonly TakenBlock[] => {
    const now = clock.now()
    return inTransaction(database, () => take(limit, now, now + visibilityMs))
  }

  return {
    async send(outgoing) {
      const now = clock.now()
      inTransaction(database, () => {
        for (const { delayMs, at = now, ...block } of outgoing) {
          const added = records.add({ ...block, at }, Number(newest.get()?.seq ?? 0) + 1)
          if (delayMs > 0) for (const places of added) spans.add({ ...places, visible_at: now + delayMs, attempts: 0 })
        }
      })
      for (const wake of sleepers) wake()
      await sync()
    },
    async receive(limit, signal) {
      // the database answers in one go: between two batches everybody else has a turn
      await setImmediate()
      if (signal.aborted) return []
      const taken = receive(limit)
      if (taken.length > 0) return taken
      await asleep(signal)
      return signal.aborted ? [] : receive(limit)
    },
    async hide(runs) {
      const now = clock.now()
      inTransaction(database, () => {
        for (const { attempts, milliseconds, ...places } of runs)
          for (const span of spans.cut(places))
            spans.add(span.attempts === attempts ? { ...span, visible_at: now + milliseconds } : span)
      })
    },
    async acknowledge(runs) {
      inTransaction(database, () => {
        for (const places of runs) {
          spans.cut(places)
          forgetIds.run(places.first, places.last)
          forget.run(places.first, places.last)
          // what is left has records beside these
          for (const block of blocksBetween(blocks, places)) {
            records.forgetIds(block, common(block, places))
            const isPartOfUse = spans.any(block) || isPartlyRead.get(block.first, block.last) !== undefined
            if (!isPartOfUse) forget.run(block.first, block.last)
          }
        }
      })
    },
    has: async (model, id) => records.find(model, id) !== undefined,
    backlog: async () => Number(countDue.get(clock.now())?.due),
  }

  /** Sleeps until something is sent in this process, the poll interval is over, or the signal is aborted. */
  async function asleep(signal: Signal): Promise<void> {
    const waking = new AbortController()
    const wake = (): void => waking.abort()
    sleepers.add(wake)
    signal.addEventListener('abort', wake)
    await timer.sleep(pollMs, waking.signal)
    signal.removeEventListener('abort', wake)
    sleepers.delete(wake)
  }
}
