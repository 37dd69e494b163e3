import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export type Cached<T> = {
  readonly answer: T
  /** Milliseconds since 1970 when it was asked. */
  readonly at: number
  readonly isKept: boolean
}

type Options = {
  readonly folder: string
  /** Everything that the answer depends on. */
  readonly question: unknown
  readonly now: number
  readonly maximumAge: number
  readonly fresh: boolean
}

/** The answer that was kept for this question, or a new one that is kept from now on. What cannot be read is asked again. */
export async function cachedAnswer<T>(options: Options, ask: () => Promise<T>): Promise<Cached<T>> {
  const { folder, question, now, maximumAge, fresh } = options
  const name = createHash('sha256').update(JSON.stringify(question)).digest('hex').slice(0, 16)
  const file = join(folder, `${name}.json`)
  if (!fresh) {
    const kept = await readKept<T>(file)
    if (kept !== undefined && now - kept.at < maximumAge) return { ...kept, isKept: true }
  }
  const answer = await ask()
  await mkdir(folder, { recursive: true })
  await writeFile(`${file}.partial`, JSON.stringify({ at: now, answer }))
  await rename(`${file}.partial`, file)
  return { answer, at: now, isKept: false }
}

async function readKept<T>(file: string): Promise<{ readonly at: number; readonly answer: T } | undefined> {
  try {
    const kept = JSON.parse(await readFile(file, 'utf8'))
    return typeof kept?.at === 'number' && 'answer' in kept ? kept : undefined
  } catch {
    return undefined
  }
}
