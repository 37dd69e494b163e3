import type { DatabaseSync } from 'node:sqlite'
import type { Clock, ListedResult, ResultStore } from '@scaling-mlops/core'
import { prepareInsert } from './insert-rows.ts'
import type { Sync } from './log-sync.ts'
import { inTransaction } from './schema.ts'

/** Results keyed by model and id, and numbered per model in the order of their publication, not without gaps; each is kept for so many milliseconds at least. */
export function createSqliteResults(database: DatabaseSync, sync: Sync, clock: Clock, keepMs: number): ResultStore {
  const last = database.prepare('SELECT max(seq) AS seq FROM results WHERE model = ?')
  const insert = prepareInsert(database, 'results', ['model', 'seq', 'id', 'version', 'answer', 'at'])
  const anyDead = database.prepare('SELECT 1 FROM dead_letters WHERE model = ? LIMIT 1')
  const revive = database.prepare('DELETE FROM dead_letters WHERE model = ? AND id = ?')
  const oldest = database.prepare('SELECT seq, at FROM results WHERE model = ? ORDER BY seq LIMIT 1')
  const forget = database.prepare('DELETE FROM results WHERE model = ? AND seq < ? AND at < ?')
  const find = database.prepare('SELECT seq, id, version, answer, at FROM results WHERE model = ? AND id = ?')
  const list = database.prepare(
    'SELECT seq, id, version, answer, at FROM results WHERE model = ? AND seq > ? ORDER BY seq LIMIT ?',
  )

  /** Twice as many may go as come, so that old results go in step with new ones and no call is held up by many. */
  const forgetSome = (model: string, most: number): void => {
    const before = clock.now() - keepMs
    const first = oldest.get(model) as { seq: number; at: number }
    if (first.at < before) forget.run(model, first.seq + most, before)
  }

  return {
    async publish(results) {
      inTransaction(database, () => {
        const next = new Map<string, number>()
        const rows = results.map(({ model, id, version, answer, at }) => {
          const seq = next.get(model) ?? Number(last.get(model)?.seq ?? 0) + 1
          next.set(model, seq + 1)
          return [model, seq, id, version, answer, at]
        })
        insert(rows)
        for (const model of next.keys()) {
          if (anyDead.get(model) !== undefined)
            for (const { id } of results.filter(result => result.model === model)) revive.run(model, id)
          forgetSome(model, 2 * results.length)
        }
      })
      await sync()
    },
    async find(model, id) {
      const row = find.get(model, id) as ResultRow | undefined
      return row && toResult(model, row)
    },
    async list(model, after, limit) {
      const rows = list.all(model, Number(after ?? 0), limit) as ResultRow[]
      // a place that was shown must never be another result's
      if (rows.length > 0) await sync()
      return rows.map(row => toResult(model, row))
    },
  }
}

type ResultRow = { seq: number; id: string; version: number; answer: string; at: number }

function toResult(model: string, { seq, id, version, answer, at }: ResultRow): ListedResult {
  return { id, model, version, answer, at, cursor: String(seq) }
}
