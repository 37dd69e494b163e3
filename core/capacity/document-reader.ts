import { nearest } from '../nearest.ts'

/** Reads the parts of an unchecked document and notes every problem with its place, so that all are told at once. */
export type DocumentReader = {
  number(key: string, bounds?: NumberBounds): number
  text(key: string): string
  choice<const T extends string>(key: string, allowed: readonly T[], whenAbsent?: T): T
  within(key: string): DocumentReader
  /** The entries of an object, by their names. */
  entries(key: string): readonly (readonly [string, DocumentReader])[]
  list(key: string): readonly DocumentReader[]
  keys(): readonly string[]
  has(key: string): boolean
  problem(text: string): void
  /** Notes the keys that nobody asked for. */
  finish(): void
}

export type NumberBounds = {
  readonly above?: number
  readonly atLeast?: number
  readonly atMost?: number
  readonly whole?: true
  readonly whenAbsent?: number
}

export function createDocumentReader(document: unknown, at: string, problems: string[]): DocumentReader {
  const asked = new Set<string>()
  const children: DocumentReader[] = []
  const object = isObject(document) ? document : {}
  const place = (key: string): string => (at === '' ? key : `${at}.${key}`)
  if (!isObject(document)) problems.push(`${at === '' ? 'the document' : at} must be an object; got ${shown(document)}`)

  const take = (key: string): unknown => {
    asked.add(key)
    return object[key]
  }
  const child = (value: unknown, where: string): DocumentReader => {
    const reader = createDocumentReader(value, where, problems)
    children.push(reader)
    return reader
  }

  return {
    number(key, { above, atLeast, atMost, whole, whenAbsent } = {}) {
      const value = take(key)
      if (value === undefined && whenAbsent !== undefined) return whenAbsent
      const good =
        typeof value === 'number' &&
        Number.isFinite(value) &&
        !(above !== undefined && value <= above) &&
        !(atLeast !== undefined && value < atLeast) &&
        !(atMost !== undefined && value > atMost) &&
        !(whole && !Number.isInteger(value))
      if (good) return value
      const bounds = [
        above !== undefined && `above ${above}`,
        atLeast !== undefined && `of at least ${atLeast}`,
        atMost !== undefined && `at most ${atMost}`,
      ].filter(Boolean)
      const range = bounds.length === 0 ? '' : ` ${bounds.join(' and ')}`
      problems.push(`${place(key)} must be a ${whole ? 'whole ' : ''}number${range}; got ${shown(value)}`)
      return Number.NaN
    },
    text(key) {
      const value = take(key)
      if (typeof value === 'string' && value !== '') return value
      problems.push(`${place(key)} must be a text; got ${shown(value)}`)
      return ''
    },
    choice(key, allowed, whenAbsent) {
      const value = take(key)
      if (value === undefined && whenAbsent !== undefined) return whenAbsent
      const found = allowed.find(entry => entry === value)
      if (found !== undefined) return found
      problems.push(`${place(key)} must be one of ${allowed.join(', ')}; got ${shown(value)}${hint(value, allowed)}`)
      return allowed[0] as (typeof allowed)[number]
    },
    within: key => child(take(key), place(key)),
    entries(key) {
      const value = take(key)
      if (isObject(value))
        return Object.entries(value).map(([name, entry]) => [name, child(entry, `${place(key)}["${name}"]`)])
      problems.push(`${place(key)} must be an object; got ${shown(value)}`)
      return []
    },
    list(key) {
      const value = take(key)
      if (Array.isArray(value)) return value.map((entry, index) => child(entry, `${place(key)}[${index}]`))
      problems.push(`${place(key)} must be a list; got ${shown(value)}`)
      return []
    },
    keys: () => Object.keys(object),
    has: key => object[key] !== undefined,
    problem(text) {
      problems.push(text)
    },
    finish() {
      for (const key of Object.keys(object))
        if (!asked.has(key)) problems.push(`${place(key)} is not known here${hint(key, asked)}`)
      for (const reader of children) reader.finish()
    },
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value)
}

function hint(word: unknown, candidates: Iterable<string>): string {
  const near = typeof word === 'string' ? nearest(word, candidates) : undefined
  return near === undefined ? '' : `; did you mean "${near}"?`
}
