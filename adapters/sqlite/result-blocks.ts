import type { DatabaseSync } from 'node:sqlite'
import type { Clock, ListedResult } from '@scaling-mlops/core'
import { type Block, unpack } from './block.ts'
import { createBlockTable, type Head, type StoredBlock } from './block-table.ts'
import type { Sync } from './log-sync.ts'
import { inTransaction } from './schema.ts'

/** Results as they are stored: by the block. */
export type ResultBlocks = {
  publish(blocks: readonly (Block & Head)[]): Promise<void>
  find(model: string, id: string): Promise<ListedResult | undefined>
  /** Blocks that have results after a place, until those are as many as the limit. */
  list(model: string, after: number, limit: number): Promise<readonly StoredBlock[]>
}

/** Results keyed by model and id, and numbered per model in the order of their publication, not without gaps; each is kept for so many milliseconds at least. */
export function createResultBlocks(database: DatabaseSync, sync: Sync, clock: Clock, keepMs: number): ResultBlocks {
  const results = createBlockTable(database, 'result')
  const newest = database.prepare('SELECT max(last) AS last FROM result_blocks WHERE model = ?')
  const after = database.prepare('SELECT * FROM result_blocks WHERE model = ? AND last > ? ORDER BY last')
  const oldest = database.prepare(
    'SELECT model, first, last, ids, at FROM result_blocks WHERE model = ? ORDER BY last LIMIT 1',
  )
  const forget = database.prepare('DELETE FROM result_blocks WHERE model = ? AND last = ?')
  const anyDead = database.prepare('SELECT 1 FROM dead_letters WHERE model = ? LIMIT 1')
  const revive = database.prepare('DELETE FROM dead_letters WHERE model = ? AND id IN (SELECT value FROM json_each(?))')

  /** Twice as many may go as come, so that old results go in step with new ones and no call is held up by many. */
  const forgetSome = (model: string, most: number): void => {
    const before = clock.now() - keepMs
    for (let left = most; left > 0; ) {
      const block = oldest.get(model) as StoredBlock | undefined
      if (block === undefined || block.at >= before) return
      results.forgetIds(block, block)
      forget.run(model, block.last)
      left -= block.last - block.first + 1
    }
  }

  return {
    async publish(blocks) {
      inTransaction(database, () => {
        for (const block of blocks) {
          results.add(block, Number(newest.get(block.model)?.last ?? 0) + 1)
          if (anyDead.get(block.model) !== undefined) revive.run(block.model, block.ids)
          forgetSome(block.model, 2 * block.count)
        }
      })
      await sync()
    },
    async find(model, id) {
      const seq = results.find(model, id)
      if (seq === undefined) return undefined
      const block = after.get(model, seq - 1) as unknown as StoredBlock
      return toResults(block)[seq - block.first]
    },
    async list(model, place, limit) {
      const blocks: StoredBlock[] = []
      let left = limit
      for (const block of after.iterate(model, place) as unknown as Iterable<StoredBlock>) {
        blocks.push(block)
        left -= block.last - Math.max(block.first, place + 1) + 1
        if (left <= 0) break
      }
      // a place that was shown must never be another result's
      if (blocks.length > 0) await sync()
      return blocks
    },
  }
}

export function toResults({ first, model, version, at, ...block }: StoredBlock): ListedResult[] {
  return unpack(block).map(({ id, content }, index) => ({
    id,
    model,
    version: Number(version),
    answer: String(content),
    at,
    cursor: String(first + index),
  }))
}
