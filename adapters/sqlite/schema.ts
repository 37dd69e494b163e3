import { DatabaseSync } from 'node:sqlite'

/**
 * Opens (and makes) the database. A commit survives the process when it returns, and the machine once the log is synchronised (`log-sync.ts`);
 * readers and one writer, of several processes too, do not wait for each other. Bodies keep the type they were given, text or bytes.
 *
 * A record is written once and deleted once. What changes while it waits, until when it is hidden and how often it was delivered, is said
 * of spans of records; a record after the reader's place that is in none was never delivered.
 */
export function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: BUSY_MS })
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    PRAGMA cache_size = -65536;
    PRAGMA wal_autocheckpoint = 8000;
    PRAGMA journal_size_limit = 67108864;
    CREATE TABLE IF NOT EXISTS records (
      seq INTEGER PRIMARY KEY AUTOINCREMENT, model TEXT NOT NULL, id TEXT NOT NULL, version TEXT, body NOT NULL,
      first_seen INTEGER NOT NULL, UNIQUE (model, id)
    );
    CREATE TABLE IF NOT EXISTS spans (
      first INTEGER PRIMARY KEY, last INTEGER NOT NULL, visible_at INTEGER NOT NULL, attempts INTEGER NOT NULL
    );
    CREATE INDEX IF NOT EXISTS due_spans ON spans (visible_at);
    CREATE TABLE IF NOT EXISTS reader (up_to INTEGER NOT NULL);
    INSERT INTO reader SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM reader);
    CREATE TABLE IF NOT EXISTS results (
      model TEXT NOT NULL, seq INTEGER NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, answer TEXT NOT NULL,
      at INTEGER NOT NULL, PRIMARY KEY (model, seq), UNIQUE (model, id)
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS dead_letters (
      seq INTEGER PRIMARY KEY AUTOINCREMENT, model TEXT NOT NULL, id TEXT NOT NULL, version TEXT, record_group TEXT,
      body NOT NULL, code TEXT NOT NULL, reason TEXT NOT NULL, issues TEXT NOT NULL, attempts INTEGER NOT NULL,
      first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL, deaths INTEGER NOT NULL DEFAULT 1, UNIQUE (model, id)
    );
  `)
  adoptLeases(database)
  return database
}

/** A file of before had a lease a record: each becomes a span of one. */
function adoptLeases(database: DatabaseSync): void {
  const old = database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'leases'")
  if (old.get() === undefined) return
  inTransaction(database, () => {
    // another process may have been first
    if (old.get() !== undefined)
      database.exec('INSERT INTO spans SELECT seq, seq, visible_at, attempts FROM leases; DROP TABLE leases')
  })
}

/** How long a write waits for another process's. */
const BUSY_MS = 5_000

/** Runs writes as one transaction: all of them, or none. */
export function inTransaction<T>(database: DatabaseSync, write: () => T): T {
  database.exec('BEGIN IMMEDIATE')
  try {
    const value = write()
    database.exec('COMMIT')
    return value
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}
