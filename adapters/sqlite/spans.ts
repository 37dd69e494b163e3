import type { DatabaseSync } from 'node:sqlite'

/** Records of consecutive places, the last one included, that were delivered together: hidden until a time, delivered so many times. */
export type Span = {
  readonly first: number
  readonly last: number
  readonly visible_at: number
  readonly attempts: number
}

/** The records that are leased, as few spans as they fall into. No two spans overlap, and every record of a span is there. */
export type Spans = {
  /** Spans whose time is over, the longest over first. */
  due(now: number, most: number): readonly Span[]
  add(span: Span): void
  /** Takes out what lies between two places and answers it; what lies beside it stays. */
  cut(first: number, last: number): readonly Span[]
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
    cut(first, last) {
      return (between.all(first, last) as Span[]).map(span => {
        remove.run(span.first)
        add({ ...span, last: first - 1 })
        add({ ...span, first: last + 1 })
        return { ...span, first: Math.max(first, span.first), last: Math.min(last, span.last) }
      })
    },
  }
}

/** Items in the order of their places, in runs whose places follow each other and that belong together. */
export function toRuns<Item extends { readonly seq: number }>(
  items: readonly Item[],
  together: (a: Item, b: Item) => boolean = () => true,
): { readonly first: Item; readonly last: Item }[] {
  const runs: { first: Item; last: Item }[] = []
  for (const item of items.toSorted((a, b) => a.seq - b.seq)) {
    const run = runs.at(-1)
    if (run && item.seq === run.last.seq + 1 && together(run.last, item)) run.last = item
    else runs.push({ first: item, last: item })
  }
  return runs
}
