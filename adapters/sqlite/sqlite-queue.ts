import type { DatabaseSync } from 'node:sqlite'
import { setImmediate } from 'node:timers/promises'
import type { Clock, Delivery, Queue, RecordBody, Signal, Timer } from '@scaling-mlops/core'
import type { Sync } from './log-sync.ts'
import { inTransaction } from './schema.ts'

export type SqliteQueueOptions = {
  readonly clock: Clock
  readonly timer: Timer
  /** How long a received record stays hidden unless it is kept so. */
  readonly visibilityMs: number
  /** How long a receiver of an empty queue waits before it looks again: records of other processes are seen this late. */
  readonly pollMs: number
}

/** The place of a record, which no other ever has, and its delivery count: whoever holds the latest count holds the record. */
type Receipt = { readonly seq: number; readonly attempts: number }

/** A queue that settles records by their receipts alone: whoever is far away need not send their bodies back. */
export type SqliteQueue = Omit<Queue, 'hide' | 'acknowledge'> & {
  hide(
    hidings: readonly { readonly delivery: Pick<Delivery, 'receipt'>; readonly milliseconds: number }[],
  ): Promise<void>
  acknowledge(deliveries: readonly Pick<Delivery, 'receipt'>[]): Promise<void>
}

/** Records are on the disk when they are sent. Leases and acknowledgements need not be: undone, they deliver a record once more. */
export function createSqliteQueue(
  database: DatabaseSync,
  sync: Sync,
  { clock, timer, visibilityMs, pollMs }: SqliteQueueOptions,
): SqliteQueue {
  const insert = database.prepare(
    'INSERT OR IGNORE INTO records (model, id, version, body, first_seen) VALUES (?, ?, ?, ?, ?)',
  )
  const delay = database.prepare('INSERT INTO leases (seq, visible_at, attempts) VALUES (?, ?, 0)')
  const hide = database.prepare('UPDATE leases SET visible_at = ? WHERE seq = ? AND attempts = ?')
  const forget = ['records', 'leases'].map(table =>
    database.prepare(`DELETE FROM ${table} WHERE seq IN (SELECT value FROM json_each(?))`),
  )
  const find = database.prepare('SELECT 1 FROM records WHERE model = ? AND id = ?')
  const countDue = database.prepare(`
    SELECT (SELECT count(*) FROM records, reader WHERE seq > up_to) - (SELECT count(*) FROM leases, reader WHERE seq > up_to)
      + (SELECT count(*) FROM leases WHERE visible_at <= ?) AS due`)
  const take = prepareTake(database)
  const sleepers = new Set<() => void>()

  const receive = (limit: number): Delivery[] => {
    const now = clock.now()
    return inTransaction(database, () => take(limit, now, now + visibilityMs))
      .sort(([a], [b]) => a - b)
      .map(toDelivery)
  }

  return {
    visibilityMs,
    async send(records) {
      const now = clock.now()
      inTransaction(database, () => {
        for (const { model, id, version, body, firstSeen, delayMs } of records) {
          const { changes, lastInsertRowid } = insert.run(model ?? '', id, version ?? null, body, firstSeen ?? now)
          if (delayMs && changes === 1) delay.run(lastInsertRowid, now + delayMs)
        }
      })
      for (const wake of sleepers) wake()
      await sync()
    },
    async receive(limit, signal) {
      // the database answers in one go: between two batches everybody else has a turn
      await setImmediate()
      if (signal.aborted) return []
      const deliveries = receive(limit)
      if (deliveries.length > 0) return deliveries
      await asleep(signal)
      return signal.aborted ? [] : receive(limit)
    },
    async hide(hidings) {
      const now = clock.now()
      inTransaction(database, () => {
        for (const { delivery, milliseconds } of hidings) {
          const { seq, attempts } = delivery.receipt as Receipt
          hide.run(now + milliseconds, seq, attempts)
        }
      })
    },
    async acknowledge(deliveries) {
      const places = JSON.stringify(deliveries.map(({ receipt }) => (receipt as Receipt).seq))
      inTransaction(database, () => {
        for (const statement of forget) statement.run(places)
      })
    },
    has: async (model, id) => find.get(model, id) !== undefined,
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

type RecordRow = readonly [
  seq: number,
  model: string,
  id: string,
  version: string | null,
  body: RecordBody,
  firstSeen: number,
]
type TakenRow = readonly [...RecordRow, attempts: number]

/** Leases records within a transaction: first those whose lease is over, then those that were never delivered. */
function prepareTake(database: DatabaseSync): (limit: number, now: number, until: number) => TakenRow[] {
  const columns = 'seq, model, id, version, body, first_seen'
  const renew = database.prepare(`
    UPDATE leases SET visible_at = ?, attempts = attempts + 1
    WHERE seq IN (SELECT seq FROM leases WHERE visible_at <= ? ORDER BY visible_at, seq LIMIT ?)
    RETURNING seq, attempts`)
  const record = database.prepare(`SELECT ${columns} FROM records WHERE seq = ?`)
  const place = database.prepare('SELECT up_to FROM reader')
  const unread = database.prepare(`
    SELECT ${columns} FROM records WHERE seq > ?1 AND seq NOT IN (SELECT seq FROM leases WHERE seq > ?1) ORDER BY seq LIMIT ?2`)
  const lease = database.prepare(
    'INSERT OR IGNORE INTO leases (seq, visible_at, attempts) SELECT seq, ?, 1 FROM records WHERE seq > ? AND seq <= ?',
  )
  const newest = database.prepare('SELECT max(seq) AS seq FROM records')
  const advance = database.prepare('UPDATE reader SET up_to = ?')
  for (const statement of [record, unread]) statement.setReturnArrays(true)

  const takeUnread = (limit: number, until: number): TakenRow[] => {
    const after = Number(place.get()?.up_to)
    const rows = unread.all(after, limit) as unknown as RecordRow[]
    // fewer than asked for: whatever lies behind them is delayed and has its lease, so nobody need look at it again
    const upTo = rows.length < limit ? Number(newest.get()?.seq ?? 0) : Number(rows.at(-1)?.[0])
    if (rows.length > 0) lease.run(until, after, upTo)
    if (upTo > after) advance.run(upTo)
    return rows.map(row => [...row, 1])
  }

  return (limit, now, until) => {
    const renewed = (renew.all(until, now, limit) as { seq: number; attempts: number }[]).map(
      ({ seq, attempts }): TakenRow => [...(record.get(seq) as unknown as RecordRow), attempts],
    )
    return renewed.length < limit ? [...renewed, ...takeUnread(limit - renewed.length, until)] : renewed
  }
}

function toDelivery([seq, model, id, version, body, firstSeen, attempts]: TakenRow): Delivery {
  const receipt: Receipt = { seq, attempts }
  return {
    id,
    model: model === '' ? undefined : model,
    version: version ?? undefined,
    body,
    firstSeen,
    attempts,
    receipt,
  }
}
