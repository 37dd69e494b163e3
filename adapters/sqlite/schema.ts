import { DatabaseSync } from 'node:sqlite'

/**
 * Opens (and makes) the database. A commit survives the process when it returns, and the machine once the log is synchronised (`log-sync.ts`);
 * readers and one writer, of several processes too, do not wait for each other. Bodies keep the type they were given, text or bytes.
 *
 * Records, and results, that came together are one row, a block: their places are the numbers from its first to its last. A block is written
 * once and deleted once. What changes while a record waits, until when it is hidden and how often it was delivered, is said of spans of
 * records. Unread is what lies after the reader's place, save blocks that were leased before it came to them, since they were delayed.
 */
export function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: ADOPTION_MS })
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    PRAGMA cache_size = -65536;
    PRAGMA wal_autocheckpoint = 8000;
    PRAGMA journal_size_limit = 67108864;
    CREATE TABLE IF NOT EXISTS record_blocks (
      last INTEGER PRIMARY KEY AUTOINCREMENT, first INTEGER NOT NULL, model TEXT NOT NULL, version, at INTEGER NOT NULL,
      ids TEXT NOT NULL, starts TEXT NOT NULL, contents NOT NULL
    );
    CREATE TABLE IF NOT EXISTS record_ids (
      model TEXT NOT NULL, id TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (model, id)
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS spans (
      first INTEGER PRIMARY KEY, last INTEGER NOT NULL, visible_at INTEGER NOT NULL, attempts INTEGER NOT NULL
    );
    CREATE INDEX IF NOT EXISTS due_spans ON spans (visible_at);
    CREATE TABLE IF NOT EXISTS reader (up_to INTEGER NOT NULL);
    INSERT INTO reader SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM reader);
    CREATE VIEW IF NOT EXISTS unread AS
      SELECT max(first, (SELECT up_to FROM reader) + 1) AS first, last FROM record_blocks
      WHERE last > (SELECT up_to FROM reader) AND NOT EXISTS (
        SELECT 1 FROM spans
        WHERE spans.first BETWEEN max(record_blocks.first, (SELECT up_to FROM reader) + 1) AND record_blocks.last
      );
    CREATE TABLE IF NOT EXISTS result_blocks (
      last INTEGER NOT NULL, first INTEGER NOT NULL, model TEXT NOT NULL, version, at INTEGER NOT NULL,
      ids TEXT NOT NULL, starts TEXT NOT NULL, contents NOT NULL, UNIQUE (model, last)
    );
    CREATE TABLE IF NOT EXISTS result_ids (
      model TEXT NOT NULL, id TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (model, id)
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS dead_letters (
      seq INTEGER PRIMARY KEY AUTOINCREMENT, model TEXT NOT NULL, id TEXT NOT NULL, version TEXT, record_group TEXT,
      body NOT NULL, code TEXT NOT NULL, reason TEXT NOT NULL, issues TEXT NOT NULL, attempts INTEGER NOT NULL,
      first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL, deaths INTEGER NOT NULL DEFAULT 1, UNIQUE (model, id)
    );
  `)
  adoptLeases(database)
  adoptRows(database)
  database.exec(`PRAGMA busy_timeout = ${BUSY_MS}`)
  return database
}

/** A file of before had a lease a record: each becomes a span of one. */
function adoptLeases(database: DatabaseSync): void {
  adopt(database, 'leases', 'INSERT INTO spans SELECT seq, seq, visible_at, attempts FROM leases; DROP TABLE leases')
}

/** A file of before had a row a record and a row a result: each becomes a block of one, under the number it had. */
function adoptRows(database: DatabaseSync): void {
  const columns = '(last, first, model, version, at, ids, starts, contents)'
  adopt(
    database,
    'records',
    `
      INSERT INTO record_blocks ${columns}
        SELECT seq, seq, model, version, first_seen, json_array(id), '[0]', body FROM records ORDER BY seq;
      INSERT INTO record_ids SELECT model, id, seq FROM records;
      DELETE FROM sqlite_sequence WHERE name = 'record_blocks';
      UPDATE sqlite_sequence SET name = 'record_blocks' WHERE name = 'records';
      DROP TABLE records;
    `,
  )
  adopt(
    database,
    'results',
    `
      INSERT INTO result_blocks ${columns}
        SELECT seq, seq, model, version, at, json_array(id), '[0]', answer FROM results;
      INSERT INTO result_ids SELECT model, id, seq FROM results;
      DROP TABLE results;
    `,
  )
}

function adopt(database: DatabaseSync, table: string, statements: string): void {
  const old = database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?")
  if (old.get(table) === undefined) return
  inTransaction(database, () => {
    // another process may have been first
    if (old.get(table) !== undefined) database.exec(statements)
  })
}

/** How long a write waits for another process's. */
const BUSY_MS = 5_000
/** How long a process that opens the file waits for one that adopts it: a million rows take about five seconds. */
const ADOPTION_MS = 600_000

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
