import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { StoredBlock } from './block-table.ts'
import { common, type Places } from './places.ts'
import type { Span, Spans } from './spans.ts'

/** Records of a block that are delivered together: those of these spans. */
export type TakenBlock = StoredBlock & { readonly spans: readonly Span[] }

/** Leases records within a transaction, and answers them in the order of their places: first those whose lease is over, then those that were never delivered. */
export function prepareTake(
  database: DatabaseSync,
  spans: Spans,
): (limit: number, now: number, until: number) => readonly TakenBlock[] {
  const unread = database.prepare('SELECT first, last FROM unread ORDER BY last')
  const newest = database.prepare('SELECT max(last) AS last FROM record_blocks')
  const place = database.prepare('SELECT up_to FROM reader')
  const advance = database.prepare('UPDATE reader SET up_to = ?')
  const blocks = database.prepare('SELECT * FROM record_blocks WHERE last >= ? ORDER BY last')

  const takeDue = (limit: number, now: number, until: number): Span[] => {
    const taken: Span[] = []
    let left = limit
    for (const { first, last } of spans.due(now, limit)) {
      if (left <= 0) break
      for (const span of spans.cut({ first, last: Math.min(last, first + left - 1) })) {
        const next = { ...span, visible_at: until, attempts: span.attempts + 1 }
        spans.add(next)
        taken.push(next)
        left -= span.last - span.first + 1
      }
    }
    return taken
  }

  const takeUnread = (limit: number, until: number): Span[] => {
    const taken: Span[] = []
    let left = limit
    for (const { first, last } of unread.iterate() as Iterable<Places>) {
      const span = { first, last: Math.min(last, first + left - 1), visible_at: until, attempts: 1 }
      const before = taken.at(-1)
      if (before?.last === first - 1) taken[taken.length - 1] = { ...span, first: before.first }
      else taken.push(span)
      left -= span.last - span.first + 1
      if (left <= 0) break
    }
    for (const span of taken) spans.add(span)
    const upTo = Number(place.get()?.up_to)
    // fewer than asked for: whatever lies behind them is delayed and in a span, so nobody need look at it again
    const read = left > 0 ? Number(newest.get()?.last ?? 0) : Number(taken.at(-1)?.last)
    if (read > upTo) advance.run(read)
    return taken
  }

  return (limit, now, until) => {
    const due = takeDue(limit, now, until)
    const left = due.reduce((left, { first, last }) => left - (last - first + 1), limit)
    const taken = left > 0 ? [...due, ...takeUnread(left, until)] : due
    return byBlock(
      blocks,
      taken.toSorted((a, b) => a.first - b.first),
    )
  }
}

/** Blocks that have something between two places. */
export function blocksBetween(blocks: StatementSync, { first, last }: Places): StoredBlock[] {
  const found: StoredBlock[] = []
  for (const block of blocks.iterate(first) as unknown as Iterable<StoredBlock>) {
    if (block.first <= last) found.push(block)
    if (block.last >= last) break
  }
  return found
}

/** The blocks in which spans lie, each read once. */
function byBlock(blocks: StatementSync, spans: readonly Span[]): TakenBlock[] {
  const taken: (StoredBlock & { spans: Span[] })[] = []
  for (const span of spans) {
    const last = taken.at(-1)
    let first = span.first
    if (last && first <= last.last) {
      last.spans.push({ ...span, ...common(last, span) })
      first = last.last + 1
    }
    if (first <= span.last)
      for (const block of blocksBetween(blocks, { first, last: span.last }))
        taken.push({ ...block, spans: [{ ...span, ...common(block, span) }] })
  }
  return taken
}
