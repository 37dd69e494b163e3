import type { DatabaseSync } from 'node:sqlite'
import { type Block, slice } from './block.ts'
import { type Places, toRuns } from './places.ts'

/** What all items of a block have in common. */
export type Head = { readonly model: string; readonly version: string | number | null; readonly at: number }

/** A block that is stored: its items have consecutive places. */
export type StoredBlock = Places & Head & Omit<Block, 'count'>

/** Blocks whose items are known by model and id, each id once. All within the caller's transaction. */
export type BlockTable = {
  /** Stores a block, its items at the places from the first on, and answers which places are taken now: an item whose id is known already is left out. */
  add(block: Block & Head, first: number): readonly Places[]
  /** Forgets the ids of a block between two places. */
  forgetIds(block: Pick<StoredBlock, 'model' | 'first' | 'ids'>, places: Places): void
  /** The place of an item. */
  find(model: string, id: string): number | undefined
}

export function createBlockTable(database: DatabaseSync, name: 'record' | 'result'): BlockTable {
  // the list of ids is opened by the database: a statement for a block, not one for an item
  const enter = database.prepare(`INSERT OR IGNORE INTO ${name}_ids SELECT ?1, value, ?2 + key FROM json_each(?3)`)
  const entered = database.prepare(`
    SELECT seq FROM json_each(?3) AS listed JOIN ${name}_ids AS known ON known.model = ?1 AND known.id = value WHERE seq = ?2 + key`)
  const insert = database.prepare(`
    INSERT INTO ${name}_blocks (first, last, model, version, at, ids, starts, contents) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`)
  const forget = database.prepare(`
    DELETE FROM ${name}_ids WHERE model = ?1 AND seq BETWEEN ?4 AND ?5
      AND id IN (SELECT value FROM json_each(?2) WHERE key BETWEEN ?4 - ?3 AND ?5 - ?3)`)
  const find = database.prepare(`SELECT seq FROM ${name}_ids WHERE model = ? AND id = ?`)

  const enterIds = ({ model, ids, count }: Block & Head, first: number): readonly Places[] => {
    if (Number(enter.run(model, first, ids).changes) === count) return [{ first, last: first + count - 1 }]
    const places = entered.all(model, first, ids) as { seq: number }[]
    return toRuns(places).map(run => ({ first: run.first.seq, last: run.last.seq }))
  }
  return {
    add(block, first) {
      const { model, version, at } = block
      const added = enterIds(block, first)
      for (const places of added) {
        const { ids, starts, contents } = slice(block, places.first - first, places.last - first)
        insert.run(places.first, places.last, model, version, at, ids, starts, contents)
      }
      return added
    },
    forgetIds: ({ model, first, ids }, places) => void forget.run(model, ids, first, places.first, places.last),
    find: (model, id) => find.get(model, id)?.seq as number | undefined,
  }
}
