import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { FeedbackStore } from '@scaling-mlops/core'

type FeedbackRow = {
  readonly seq: number
  readonly id: string
  readonly model: string
  readonly version: number
  readonly at: number
  readonly said: string
}

/** Feedback in one SQLite file, shared by the processes of one machine. Throws where the file cannot be made or opened. */
export function openSqliteFeedback(path: string): FeedbackStore & { close(): void } {
  mkdirSync(dirname(path), { recursive: true })
  const database = new DatabaseSync(path, { timeout: 5_000 })
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE IF NOT EXISTS feedback (
      seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, model TEXT NOT NULL, version INTEGER NOT NULL, at INTEGER NOT NULL,
      said TEXT NOT NULL
    );
    CREATE INDEX IF NOT EXISTS feedback_by_model ON feedback (model, seq);
  `)
  const insert = database.prepare('INSERT INTO feedback (id, model, version, at, said) VALUES (?, ?, ?, ?, ?)')
  const page = database.prepare('SELECT * FROM feedback WHERE model = ? AND seq > ? ORDER BY seq LIMIT ?')
  return {
    async add({ id, model, version, at, said }) {
      insert.run(id, model, version, at, JSON.stringify(said))
    },
    async list(model, after, limit) {
      const rows = page.all(model, after, limit) as unknown as FeedbackRow[]
      return rows.map(({ seq, said, ...row }) => ({ ...row, said: JSON.parse(said), cursor: seq }))
    },
    close: () => database.close(),
  }
}
