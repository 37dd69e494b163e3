import type { ListedResult, ResultStore, StreamResult } from '@scaling-mlops/core'
import { pack, unpack } from './block.ts'
import type { StoredBlock } from './block-table.ts'
import type { ResultBlocks } from './result-blocks.ts'

/** The results over their store, wherever that is: they are packed and unpacked on this side. */
export function createSqliteResults(store: ResultBlocks): ResultStore {
  return {
    publish: results =>
      store.publish(
        pack(results, isScoredWith, ({ id, answer }) => ({ id, content: answer })).map(
          ({ head: { model, version, at }, block }) => ({ ...block, model, version, at }),
        ),
      ),
    async find(model, id) {
      const found = await store.find(model, id)
      return found && toResults(found.block)[found.seq - found.block.first]
    },
    async list(model, cursor, limit) {
      const after = Number(cursor ?? 0)
      const blocks = await store.list(model, after, limit)
      return blocks.flatMap(block => toResults(block).slice(Math.max(0, after + 1 - block.first))).slice(0, limit)
    },
  }
}

function isScoredWith(a: StreamResult, b: StreamResult): boolean {
  return a.model === b.model && a.version === b.version && a.at === b.at
}

function toResults({ first, model, version, at, ...block }: StoredBlock): ListedResult[] {
  return unpack(block).map(({ id, content }, index) => ({
    id,
    model,
    version: Number(version),
    answer: String(content),
    at,
    cursor: String(first + index),
  }))
}
