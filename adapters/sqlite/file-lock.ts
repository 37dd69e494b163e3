import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Takes a lock that the operating system holds with the process: it ends with it, however that ends. Undefined where another process has it. */
export function takeFileLock(path: string): Disposable | undefined {
  mkdirSync(dirname(path), { recursive: true })
  const database = new DatabaseSync(path, { timeout: 0 })
  try {
    database.exec('BEGIN EXCLUSIVE')
    return { [Symbol.dispose]: () => database.close() }
  } catch (error) {
    database.close()
    if (/locked/.test((error as Error).message)) return undefined
    throw error
  }
}
