import { setImmediate } from 'node:timers/promises'
import {
  type Clock,
  type DeadLetters,
  type Delivery,
  matches,
  type OutgoingRecord,
  type Queue,
  type ResultStore,
  type StoredLetter,
  type StreamResult,
  type Timer,
} from '@scaling-mlops/core'

export type MemoryStreamsOptions = {
  readonly clock: Clock
  readonly timer: Timer
  readonly visibilityMs?: number
  /** How long a receiver waits for the first record. */
  readonly waitMs?: number
}

type Waiting = { readonly record: OutgoingRecord; readonly firstSeen: number; visibleAt: number; attempts: number }

/** Queue, results and dead letters of one process, gone when it ends. A group keeps its order: none of it is delivered while an earlier one waits. */
export function createMemoryStreams({ clock, timer, visibilityMs = 30_000, waitMs = 50 }: MemoryStreamsOptions): {
  readonly queue: Queue
  readonly results: ResultStore
  readonly deadLetters: DeadLetters
} {
  const waiting = new Map<string, Waiting>()
  const results = new Map<string, StreamResult>()
  const letters = new Map<string, StoredLetter>()
  let lastCursor = 0
  let lastReceipt = 0

  const take = (limit: number): Delivery[] => {
    const now = clock.now()
    const blocked = new Set<string>()
    const taken: Delivery[] = []
    for (const entry of waiting.values()) {
      if (taken.length === limit) break
      const { record, firstSeen } = entry
      const { group } = record
      if (entry.visibleAt > now || (group !== undefined && blocked.has(group))) {
        if (group !== undefined) blocked.add(group)
        continue
      }
      entry.visibleAt = now + visibilityMs
      entry.attempts++
      taken.push({ ...record, firstSeen, attempts: entry.attempts, receipt: entry.attempts })
    }
    return taken
  }

  return {
    queue: {
      visibilityMs,
      async send(records) {
        const now = clock.now()
        for (const record of records) {
          const key = keyOf(record)
          if (!waiting.has(key))
            waiting.set(key, {
              record,
              firstSeen: record.firstSeen ?? now,
              visibleAt: now + (record.delayMs ?? 0),
              attempts: 0,
            })
        }
      },
      async receive(limit, signal) {
        await setImmediate()
        const taken = signal.aborted ? [] : take(limit)
        if (taken.length > 0 || signal.aborted) return taken
        await timer.sleep(waitMs, signal)
        return signal.aborted ? [] : take(limit)
      },
      async hide(hidings) {
        const now = clock.now()
        for (const { delivery, milliseconds } of hidings) {
          const entry = waiting.get(keyOf(delivery))
          if (entry !== undefined && entry.attempts === delivery.receipt) entry.visibleAt = now + milliseconds
        }
      },
      async acknowledge(deliveries) {
        for (const delivery of deliveries) waiting.delete(keyOf(delivery))
      },
      has: async (model, id) => waiting.has(keyOf({ model, id })),
      async backlog() {
        const now = clock.now()
        return [...waiting.values()].filter(({ visibleAt }) => visibleAt <= now).length
      },
    },
    results: {
      async publish(published) {
        for (const result of published) {
          const key = keyOf(result)
          if (!results.has(key)) results.set(key, result)
          letters.delete(key)
        }
      },
      find: async (model, id) => results.get(keyOf({ model, id })),
      async list(model, after, limit) {
        const all = [...results.values()].map((result, index) => ({ ...result, cursor: String(index + 1) }))
        return all
          .slice(Number(after ?? 0))
          .filter(result => result.model === model)
          .slice(0, limit)
      },
    },
    deadLetters: {
      keyed: true,
      async add(added) {
        for (const letter of added) {
          const key = keyOf(letter)
          const known = letters.get(key)
          if (results.has(key)) continue
          const cursor = known?.cursor ?? String(++lastCursor)
          letters.set(key, {
            ...letter,
            firstSeen: known?.firstSeen ?? letter.firstSeen,
            receipt: ++lastReceipt,
            cursor,
          })
        }
      },
      async *scan(filter) {
        const found = [...letters.values()].filter(
          letter => Number(letter.cursor) > Number(filter.after ?? 0) && matches(letter, filter),
        )
        if (found.length > 0) yield found
      },
      async remove(removed) {
        for (const letter of removed) {
          const key = keyOf(letter)
          if (letters.get(key)?.receipt === letter.receipt) letters.delete(key)
        }
      },
    },
  }
}

function keyOf({ model, id }: { readonly model: string | undefined; readonly id: string }): string {
  return `${model ?? ''}\n${id}`
}
