import type { DatabaseSync } from 'node:sqlite'
import type { ListedResult, ResultStore } from '@scaling-mlops/core'
import { inTransaction } from './schema.ts'

/** Results keyed by model and id, and numbered per model in the order of their publication. */
export function createSqliteResults(database: DatabaseSync): ResultStore {
  const last = database.prepare('SELECT max(seq) AS seq FROM results WHERE model = ?')
  const insert = database.prepare(
    'INSERT OR IGNORE INTO results (model, seq, id, version, answer, at) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const revive = database.prepare('DELETE FROM dead_letters WHERE model = ? AND id = ?')
  const find = database.prepare('SELECT seq, id, version, answer, at FROM results WHERE model = ? AND id = ?')
  const list = database.prepare(
    'SELECT seq, id, version, answer, at FROM results WHERE model = ? AND seq > ? ORDER BY seq LIMIT ?',
  )

  return {
    async publish(results) {
      inTransaction(database, () => {
        const next = new Map<string, number>()
        for (const { model, id, version, answer, at } of results) {
          const seq = next.get(model) ?? Number(last.get(model)?.seq ?? 0) + 1
          next.set(model, seq + Number(insert.run(model, seq, id, version, answer, at).changes))
          revive.run(model, id)
        }
      })
    },
    async find(model, id) {
      const row = find.get(model, id) as ResultRow | undefined
      return row && toResult(model, row)
    },
    async list(model, after, limit) {
      const rows = list.all(model, Number(after ?? 0), limit) as ResultRow[]
      return rows.map(row => toResult(model, row))
    },
  }
}

type ResultRow = { seq: number; id: string; version: number; answer: string; at: number }

function toResult(model: string, { seq, id, version, answer, at }: ResultRow): ListedResult {
  return { id, model, version, answer, at, cursor: String(seq) }
}
