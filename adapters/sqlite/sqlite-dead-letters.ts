import type { DatabaseSync } from 'node:sqlite'
import type { DeadLetterCode, DeadLetters, Issue, RecordBody, StoredLetter } from '@scaling-mlops/core'
import type { Sync } from './log-sync.ts'
import { inTransaction } from './schema.ts'

const PAGE = 500

export function createSqliteDeadLetters(database: DatabaseSync, sync: Sync): DeadLetters {
  const insert = database.prepare(`
    INSERT INTO dead_letters (model, id, version, record_group, body, code, reason, issues, attempts, first_seen, last_seen)
    SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11
    WHERE NOT EXISTS (SELECT 1 FROM result_ids WHERE model = ?1 AND id = ?2)
    ON CONFLICT (model, id) DO UPDATE SET
      version = excluded.version, record_group = excluded.record_group, body = excluded.body, code = excluded.code,
      reason = excluded.reason, issues = excluded.issues, attempts = excluded.attempts, last_seen = excluded.last_seen,
      deaths = deaths + 1`)
  const page = database.prepare(`
    SELECT * FROM dead_letters
    WHERE seq > ?1 AND seq <= ?5 AND (?2 IS NULL OR model = ?2) AND (?3 IS NULL OR code = ?3)
      AND (?4 IS NULL OR id IN (SELECT value FROM json_each(?4)))
    ORDER BY seq LIMIT ${PAGE}`)
  const newest = database.prepare('SELECT max(seq) AS seq FROM dead_letters')
  const remove = database.prepare('DELETE FROM dead_letters WHERE seq = ? AND deaths = ?')

  return {
    keyed: true,
    async add(letters) {
      inTransaction(database, () => {
        for (const { model, id, version, group, body, code, reason, issues, attempts, firstSeen, lastSeen } of letters)
          insert.run(
            model ?? '',
            id,
            version ?? null,
            group ?? null,
            body,
            code,
            reason,
            JSON.stringify(issues),
            attempts,
            firstSeen,
            lastSeen,
          )
      })
      await sync()
    },
    async *scan({ ids, model, code, after }) {
      let seq = Number(after ?? 0)
      const end = Number(newest.get()?.seq ?? 0)
      for (;;) {
        const rows = page.all(seq, model ?? null, code ?? null, ids ? JSON.stringify(ids) : null, end) as LetterRow[]
        const last = rows.at(-1)
        if (last === undefined) return
        yield rows.map(toLetter)
        seq = last.seq
      }
    },
    async remove(letters) {
      inTransaction(database, () => {
        for (const { receipt } of letters) {
          const { seq, deaths } = receipt as Receipt
          remove.run(seq, deaths)
        }
      })
      await sync()
    },
  }
}

/** The place of a letter, and how often its record had died when it was read: a later death is another letter. */
type Receipt = { readonly seq: number; readonly deaths: number }

type LetterRow = {
  seq: number
  model: string
  id: string
  version: string | null
  record_group: string | null
  body: RecordBody
  code: DeadLetterCode
  reason: string
  issues: string
  attempts: number
  first_seen: number
  last_seen: number
  deaths: number
}

function toLetter(row: LetterRow): StoredLetter {
  const receipt: Receipt = { seq: row.seq, deaths: row.deaths }
  const { seq, model, id, version, record_group, body, code, reason, issues, attempts, first_seen, last_seen } = row
  return {
    id,
    body,
    model: model === '' ? undefined : model,
    version: version ?? undefined,
    ...(record_group === null ? {} : { group: record_group }),
    code,
    reason,
    issues: JSON.parse(issues) as Issue[],
    attempts,
    firstSeen: first_seen,
    lastSeen: last_seen,
    receipt,
    cursor: String(seq),
  }
}
