import { endOfString, skipSpace } from './json-text.ts'

/** A key that an object gives a second time, and where. */
export type RepeatedKey = { readonly key: string; readonly at: number }

/** The first key of a text in JSON that its object had before, of which `JSON.parse` keeps the last in silence. */
export function findRepeatedKey(text: string): RepeatedKey | undefined {
  const objects: (Set<string> | undefined)[] = []
  for (let at = 0; at < text.length; at++) {
    const letter = text[at]
    if (letter === '{') objects.push(undefined)
    else if (letter === '}') objects.pop()
    else if (letter === '"') {
      const end = endOfString(text, at)
      if (text[skipSpace(text, end)] === ':') {
        const key = JSON.parse(text.slice(at, end)) as string
        const keys = objects.pop()
        if (keys?.has(key)) return { key, at }
        objects.push(keys?.add(key) ?? new Set([key]))
      }
      at = end - 1
    }
  }
  return undefined
}

/**
 * The key that the one object of a line gives twice; `fields` is what `JSON.parse` made of it. Quotation marks are counted against those of
 * the keys and texts that arrived, and only where they differ is the line looked at.
 */
export function repeatedKey(line: string, fields: Readonly<Record<string, unknown>>): string | undefined {
  let quotes = 0
  for (const key in fields) quotes += typeof fields[key] === 'string' ? 4 : 2
  for (let at = line.indexOf('"'); at >= 0; at = line.indexOf('"', at + 1)) quotes--
  return quotes === 0 ? undefined : findRepeatedKey(line)?.key
}
