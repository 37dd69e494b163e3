const QUOTE = 0x22
const BACKSLASH = 0x5c
const COLON = 0x3a

/**
 * The key that an object of `line` gives twice, of which `JSON.parse` keeps the last in silence; `fields` is what it made of the line.
 * Quotation marks are counted against those of the keys and texts that arrived, and only where they differ is the line looked at.
 */
export function repeatedKey(line: string, fields: Readonly<Record<string, unknown>>): string | undefined {
  let quotes = 0
  for (const key in fields) quotes += typeof fields[key] === 'string' ? 4 : 2
  for (let at = line.indexOf('"'); at >= 0; at = line.indexOf('"', at + 1)) quotes--
  return quotes === 0 ? undefined : findRepeated(line)
}

/** Walks a text that is JSON. */
function findRepeated(line: string): string | undefined {
  const objects: Set<string>[] = []
  for (let at = 0; at < line.length; at++) {
    const letter = line[at]
    if (letter === '{') objects.push(new Set())
    else if (letter === '}') objects.pop()
    else if (letter === '"') {
      const end = closingQuote(line, at + 1)
      let after = end + 1
      while (line.charCodeAt(after) <= 0x20) after++
      if (line.charCodeAt(after) === COLON) {
        const key = JSON.parse(line.slice(at, end + 1)) as string
        const keys = objects.at(-1) as Set<string>
        if (keys.has(key)) return key
        keys.add(key)
      }
      at = end
    }
  }
  return undefined
}

function closingQuote(line: string, from: number): number {
  let at = from
  while (line.charCodeAt(at) !== QUOTE) at += line.charCodeAt(at) === BACKSLASH ? 2 : 1
  return at
}
