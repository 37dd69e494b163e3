import type { DatabaseSync } from 'node:sqlite'
import { common, type Places } from './places.ts'

/** Records that were delivered together: hidden until a time, delivered so many times. */
export type Span = Places & { readonly visible_at: number; readonly attempts: number }

/** The records that are leased, as few spans as they fall into. No two spans overlap, and every record of a span is there. */
export type Spans = {
  /** Spans whose time is over, the longest over first. */
  due(now: number, most: number): readonly Span[]
  add(span: Span): void
  /** Takes out what lies between two places and answers it; what lies beside it stays. */
  cut(places: Places): readonly Span[]
  /** Whether any record between two places is leased. */
  any(places: Places): boolean
}

/** All within the caller's transaction. */
export function createSpans(database: DatabaseSync): Spans {
  const due = database.prepare('SELECT * FROM spans WHERE visible_at <= ? ORDER BY visible_at, first LIMIT ?')
  const insert = database.prepare('INSERT INTO spans (first, last, visible_at, attempts) VALUES (?, ?, ?, ?)')
  const between = database.prepare(`
    SELECT * FROM spans
    WHERE first BETWEEN coalesce((SELECT max(first) FROM spans WHERE first <= ?1), ?1) AND ?2 AND last >= ?1 ORDER BY first`)
  const remove = database.prepare('DELETE FROM spans WHERE first = ?')
  const add = ({ first, last, visible_at, attempts }: Span): void => {
    if (first <= last) insert.run(first, last, visible_at, attempts)
  }

  return {
    due: (now, most) => due.all(now, most) as Span[],
    add,
    cut(places) {
      return (between.all(places.first, places.last) as Span[]).map(span => {
        remove.run(span.first)
        add({ ...span, last: places.first - 1 })
        add({ ...span, first: places.last + 1 })
        return { ...span, ...common(span, places) }
      })
    },
    any: ({ first, last }) => between.get(first, last) !== undefined,
  }
}
