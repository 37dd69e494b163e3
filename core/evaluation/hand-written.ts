/**
 * Parts of a model card that people write: they stand between two comments and go from card to card as they are.
 *
 *     <!-- written by hand: intended use -->
 *     …
 *     <!-- end of intended use -->
 */
export type HandWritten = ReadonlyMap<string, string>

/** All hand-written parts of a card by name. A part that is never closed ends where the next one begins, or with the card. */
export function handWrittenParts(card = ''): HandWritten {
  const parts = new Map<string, string>()
  const start = /<!-- written by hand: (.+?) -->/g
  for (let match = start.exec(card); match !== null; match = start.exec(card)) {
    const name = match[1] as string
    const rest = card.slice(start.lastIndex)
    const ends = [rest.indexOf(`<!-- end of ${name} -->`), rest.indexOf('<!-- written by hand: ')].filter(at => at >= 0)
    parts.set(name, rest.slice(0, Math.min(rest.length, ...ends)).trim())
  }
  return parts
}

/** One part with its comments; `suggestion` until somebody has written it. */
export function handWritten(parts: HandWritten, name: string, suggestion = ''): string {
  return `<!-- written by hand: ${name} -->\n${parts.get(name) ?? suggestion}\n<!-- end of ${name} -->`
}

/** Keys at the top of a card's YAML front matter that are not among the `generated` ones, with their lines: a licence, a language. */
export function ownFrontMatter(card: string | undefined, generated: readonly string[]): string[] {
  const [, matter = ''] = /^---\r?\n([\s\S]*?)\r?\n---/.exec(card ?? '') ?? []
  const kept: string[] = []
  let keeping = false
  for (const line of matter.split(/\r?\n/)) {
    const key = /^([\w-]+):/.exec(line)?.[1]
    if (key !== undefined) keeping = !generated.includes(key)
    if (keeping && line.trim() !== '') kept.push(line)
  }
  return kept
}
