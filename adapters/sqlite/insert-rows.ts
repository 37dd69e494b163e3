import type { DatabaseSync, SQLInputValue } from 'node:sqlite'

/** A statement of so many rows takes half of the time that so many statements take. */
const TOGETHER = 50

/** Inserts rows in their order, by few statements, within the caller's transaction. One whose key is taken is left out. */
export function prepareInsert(
  database: DatabaseSync,
  table: string,
  columns: readonly string[],
): (rows: readonly (readonly SQLInputValue[])[]) => void {
  const row = `(${columns.map(() => '?').join(', ')})`
  const prepare = (rows: number) =>
    database.prepare(
      `INSERT OR IGNORE INTO ${table} (${columns.join(', ')}) VALUES ${Array.from({ length: rows }, () => row).join(', ')}`,
    )
  const one = prepare(1)
  const many = prepare(TOGETHER)
  return rows => {
    const rest = rows.length - (rows.length % TOGETHER)
    for (let at = 0; at < rest; at += TOGETHER) many.run(...rows.slice(at, at + TOGETHER).flat())
    for (const values of rows.slice(rest)) one.run(...values)
  }
}
