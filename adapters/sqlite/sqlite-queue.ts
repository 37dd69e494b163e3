import type { DatabaseSync } from 'node:sqlite'
import { setImmediate } from 'node:timers/promises'
import type { Clock, Delivery, Queue, RecordBody, Timer } from '@scaling-mlops/core'
import { inLightTransaction, inTransaction } from './schema.ts'

export type SqliteQueueOptions = {
  readonly clock: Clock
  readonly timer: Timer
  /** How long a received record stays hidden unless it is kept so. */
  readonly visibilityMs: number
  /** How long a receiver of an empty queue waits before it looks again: records of other processes are seen this late. */
  readonly pollMs: number
}

/** The place of a record and its delivery count: whoever holds the latest count holds the record. */
type Receipt = { readonly seq: number; readonly attempts: number }

/** Records are on the disk when they are sent. Leases and acknowledgements need not be: undone, they deliver a record once more. */
export function createSqliteQueue(
  database: DatabaseSync,
  { clock, timer, visibilityMs, pollMs }: SqliteQueueOptions,
): Queue {
  const insert = database.prepare(
    'INSERT OR IGNORE INTO waiting (model, id, version, body, first_seen, visible_at) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const take = database.prepare(`
    UPDATE waiting SET visible_at = ?, attempts = attempts + 1
    WHERE seq IN (SELECT seq FROM waiting WHERE visible_at <= ? ORDER BY visible_at, seq LIMIT ?)
    RETURNING seq, model, id, version, body, first_seen, attempts`)
  take.setReturnArrays(true)
  const hide = database.prepare('UPDATE waiting SET visible_at = ? WHERE seq = ? AND attempts = ? AND id = ?')
  const remove = database.prepare('DELETE FROM waiting WHERE seq = ? AND id = ?')
  const find = database.prepare('SELECT 1 FROM waiting WHERE model = ? AND id = ?')
  const countDue = database.prepare('SELECT count(*) AS due FROM waiting WHERE visible_at <= ?')
  const sleepers = new Set<() => void>()

  const receive = (limit: number): Delivery[] => {
    const now = clock.now()
    const rows = inLightTransaction(database, () => take.all(now + visibilityMs, now, limit)) as unknown as TakenRow[]
    return rows.sort(([a], [b]) => a - b).map(toDelivery)
  }

  return {
    visibilityMs,
    async send(records) {
      const now = clock.now()
      inTransaction(database, () => {
        for (const { model, id, version, body, firstSeen, delayMs } of records)
          insert.run(model ?? '', id, version ?? null, body, firstSeen ?? now, now + (delayMs ?? 0))
      })
      for (const wake of sleepers) wake()
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
      inLightTransaction(database, () => {
        for (const { delivery, milliseconds } of hidings) {
          const { seq, attempts } = delivery.receipt as Receipt
          hide.run(now + milliseconds, seq, attempts, delivery.id)
        }
      })
    },
    async acknowledge(deliveries) {
      inLightTransaction(database, () => {
        for (const { receipt, id } of deliveries) remove.run((receipt as Receipt).seq, id)
      })
    },
    has: async (model, id) => find.get(model, id) !== undefined,
    backlog: async () => Number(countDue.get(clock.now())?.due),
  }

  /** Sleeps until something is sent in this process, the poll interval is over, or the signal is aborted. */
  async function asleep(signal: Parameters<Queue['receive']>[1]): Promise<void> {
    const waking = new AbortController()
    const wake = (): void => waking.abort()
    sleepers.add(wake)
    signal.addEventListener('abort', wake)
    await timer.sleep(pollMs, waking.signal)
    signal.removeEventListener('abort', wake)
    sleepers.delete(wake)
  }
}

type TakenRow = readonly [
  seq: number,
  model: string,
  id: string,
  version: string | null,
  body: RecordBody,
  firstSeen: number,
  attempts: number,
]

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
