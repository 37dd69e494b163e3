import type { ResultStore, StreamResult } from '@scaling-mlops/core'
import { pack } from './block.ts'
import { type ResultBlocks, toResults } from './result-blocks.ts'

/** The results over their store, wherever that is: they are packed and unpacked on this side. */
export function createSqliteResults(store: ResultBlocks): ResultStore {
  return {
    publish: results =>
      store.publish(
        pack(results, isScoredWith, ({ id, answer }) => ({ id, content: answer })).map(
          ({ head: { model, version, at }, block }) => ({ ...block, model, version, at }),
        ),
      ),
    find: store.find,
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
