import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { setImmediate } from 'node:timers/promises'
import type { Clock, Delivery, OutgoingRecord, Queue, RecordBody, Signal, Timer } from '@scaling-mlops/core'
import { prepareInsert } from './insert-rows.ts'
import type { Sync } from './log-sync.ts'
import { inTransaction } from './schema.ts'
import { createSpans, type Spans, toRuns } from './spans.ts'

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
  const columns = ['model', 'id', 'version', 'body', 'first_seen']
  const insertAll = prepareInsert(database, 'records', columns)
  const insert = database.prepare(`INSERT OR IGNORE INTO records (${columns}) VALUES (?, ?, ?, ?, ?)`)
  const spans = createSpans(database)
  const forget = database.prepare('DELETE FROM records WHERE seq BETWEEN ? AND ?')
  const find = database.prepare('SELECT 1 FROM records WHERE model = ? AND id = ?')
  const countDue = database.prepare(`
    SELECT (SELECT count(*) FROM records, reader WHERE seq > up_to)
      - (SELECT coalesce(sum(last - first + 1), 0) FROM spans, reader WHERE first > up_to)
      + (SELECT coalesce(sum(last - first + 1), 0) FROM spans WHERE visible_at <= ?) AS due`)
  const take = prepareTake(database, spans)
  const sleepers = new Set<() => void>()

  const receive = (limit: number): Delivery[] => {
    const now = clock.now()
    return inTransaction(database, () => take(limit, now, now + visibilityMs))
      .toSorted(([a], [b]) => a - b)
      .map(toDelivery)
  }

  return {
    visibilityMs,
    async send(records) {
      const now = clock.now()
      inTransaction(database, () => {
        insertAll(records.filter(({ delayMs = 0 }) => delayMs <= 0).map(record => toRow(record, now)))
        for (const { delayMs = 0, ...record } of records) {
          if (delayMs <= 0) continue
          const { changes, lastInsertRowid } = insert.run(...toRow(record, now))
          if (changes === 0) continue
          const seq = Number(lastInsertRowid)
          spans.add({ first: seq, last: seq, visible_at: now + delayMs, attempts: 0 })
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
        const hidden = hidings.map(({ delivery, milliseconds }) => ({ ...(delivery.receipt as Receipt), milliseconds }))
        const alike = (a: (typeof hidden)[number], b: (typeof hidden)[number]): boolean =>
          a.milliseconds === b.milliseconds && a.attempts === b.attempts
        for (const { first, last } of toRuns(hidden, alike))
          for (const span of spans.cut(first.seq, last.seq))
            spans.add(span.attempts === first.attempts ? { ...span, visible_at: now + first.milliseconds } : span)
      })
    },
    async acknowledge(deliveries) {
      inTransaction(database, () => {
        for (const { first, last } of toRuns(deliveries.map(({ receipt }) => receipt as Receipt))) {
          spans.cut(first.seq, last.seq)
          forget.run(first.seq, last.seq)
        }
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

function toRow({ model, id, version, body, firstSeen }: OutgoingRecord, now: number): SQLInputValue[] {
  return [model ?? '', id, version ?? null, body, firstSeen ?? now]
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
function prepareTake(
  database: DatabaseSync,
  spans: Spans,
): (limit: number, now: number, until: number) => readonly TakenRow[] {
  const columns = 'seq, model, id, version, body, first_seen'
  const within = database.prepare(`SELECT ${columns} FROM records WHERE seq BETWEEN ? AND ?`)
  const place = database.prepare('SELECT up_to FROM reader')
  // what is delayed before it was ever delivered has a span of its own
  const unread = database.prepare(`
    SELECT ${columns} FROM records WHERE seq > ?1 AND seq NOT IN (SELECT first FROM spans WHERE first > ?1) ORDER BY seq LIMIT ?2`)
  const newest = database.prepare('SELECT max(seq) AS seq FROM records')
  const advance = database.prepare('UPDATE reader SET up_to = ?')
  for (const statement of [within, unread]) statement.setReturnArrays(true)

  const takeDue = (limit: number, now: number, until: number): TakenRow[] => {
    const taken: TakenRow[] = []
    for (const { first, last } of spans.due(now, limit)) {
      if (taken.length >= limit) break
      for (const span of spans.cut(first, Math.min(last, first + limit - taken.length - 1))) {
        const attempts = span.attempts + 1
        spans.add({ ...span, visible_at: until, attempts })
        for (const row of within.all(span.first, span.last) as unknown as RecordRow[]) taken.push([...row, attempts])
      }
    }
    return taken
  }

  const takeUnread = (limit: number, until: number): TakenRow[] => {
    const after = Number(place.get()?.up_to)
    const rows = unread.all(after, limit) as unknown as RecordRow[]
    // fewer than asked for: whatever lies behind them is delayed and in a span, so nobody need look at it again
    const upTo = rows.length < limit ? Number(newest.get()?.seq ?? 0) : Number(rows.at(-1)?.[0])
    for (const { first, last } of toRuns(rows.map(([seq]) => ({ seq }))))
      spans.add({ first: first.seq, last: last.seq, visible_at: until, attempts: 1 })
    if (upTo > after) advance.run(upTo)
    return rows.map(row => [...row, 1])
  }

  return (limit, now, until) => {
    const due = takeDue(limit, now, until)
    return due.length < limit ? [...due, ...takeUnread(limit - due.length, until)] : due
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
