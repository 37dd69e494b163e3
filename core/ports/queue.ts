import type { StreamRecord } from '../stream/record.ts'
import type { Signal } from './signal.ts'

/**
 * Records that wait to be scored. Delivers each at least once: what is received stays hidden from other receivers for `visibilityMs` and
 * comes again afterwards, unless it is acknowledged or hidden for longer.
 */
export type Queue = {
  readonly visibilityMs: number
  /** Stores records durably. One whose id is waiting already is the same record and stays as it is, where the queue can know (SQS standard queues cannot). */
  send(records: readonly OutgoingRecord[]): Promise<void>
  /** Up to `limit` records that are due, oldest first. Waits a while for the first one, and answers none as soon as the signal is aborted. */
  receive(limit: number, signal: Signal): Promise<readonly Delivery[]>
  /** Hides records from now for so long: to go on working on them, or to have them again later. One that somebody else has received since stays as it is. */
  hide(hidings: readonly Hiding[]): Promise<void>
  /** Forgets records that are done with. */
  acknowledge(deliveries: readonly Delivery[]): Promise<void>
  /** Whether a record waits here or is being worked on; undefined where the queue cannot say. */
  has(model: string, id: string): Promise<boolean | undefined>
  /** How many records are due and in nobody's hands; some queues can only say about how many. */
  backlog(): Promise<number>
}

export type OutgoingRecord = StreamRecord & {
  /** Not before so many milliseconds from now. */
  readonly delayMs?: number
  /** When it was first seen, where that was before now: a record that comes back from the dead letters. */
  readonly firstSeen?: number
}

export type Hiding = { readonly delivery: Delivery; readonly milliseconds: number }

export type Delivery = StreamRecord & {
  /** The adapter's own note on this delivery. */
  readonly receipt: unknown
  /** Deliveries of the record so far, this one included. */
  readonly attempts: number
  /** When the record was first seen, in milliseconds since 1970. */
  readonly firstSeen: number
  /** Of a record from a log that is read in order: its place there, `shard:sequence number`. Its dead letter goes by that, since operators find it there; an id of its own stays in the body. */
  readonly position?: string
}
