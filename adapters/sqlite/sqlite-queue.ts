import type { Delivery, OutgoingRecord, Queue } from '@scaling-mlops/core'
import { pack, unpack } from './block.ts'
import { toRuns } from './places.ts'
import type { RecordStore } from './record-store.ts'
import type { TakenBlock } from './take.ts'

/** The place of a record, which no other ever has, and its delivery count: whoever holds the latest count holds the record. */
type Receipt = { readonly seq: number; readonly attempts: number }

/** The queue over its store, wherever that is: records are packed and unpacked on this side. */
export function createSqliteQueue(store: RecordStore, visibilityMs: number): Queue {
  return {
    visibilityMs,
    send: records =>
      store.send(
        pack(records, isSentWith, ({ id, body }) => ({ id, content: body })).map(({ head, block }) => ({
          ...block,
          model: head.model ?? '',
          version: head.version ?? null,
          at: head.firstSeen,
          delayMs: head.delayMs ?? 0,
        })),
      ),
    receive: async (limit, signal) => (await store.receive(limit, signal)).flatMap(toDeliveries),
    async hide(hidings) {
      const hidden = hidings.map(({ delivery, milliseconds }) => ({ ...(delivery.receipt as Receipt), milliseconds }))
      const runs = toRuns(hidden, (a, b) => a.milliseconds === b.milliseconds && a.attempts === b.attempts)
      await store.hide(runs.map(({ first, last }) => ({ ...first, first: first.seq, last: last.seq })))
    },
    async acknowledge(deliveries) {
      const runs = toRuns(deliveries.map(({ receipt }) => receipt as Receipt))
      await store.acknowledge(runs.map(({ first, last }) => ({ first: first.seq, last: last.seq })))
    },
    has: store.has,
    backlog: store.backlog,
  }
}

function isSentWith(a: OutgoingRecord, b: OutgoingRecord): boolean {
  return a.model === b.model && a.version === b.version && a.firstSeen === b.firstSeen && a.delayMs === b.delayMs
}

function toDeliveries({ spans, first: start, model, version, at, ...block }: TakenBlock): Delivery[] {
  const items = unpack(block)
  return spans.flatMap(({ first, last, attempts }) =>
    items.slice(first - start, last - start + 1).map(({ id, content }, index) => ({
      id,
      model: model === '' ? undefined : model,
      version: version === null ? undefined : String(version),
      body: content,
      firstSeen: at,
      attempts,
      receipt: { seq: first + index, attempts } satisfies Receipt,
    })),
  )
}
