/** What `JSON.parse` asks about each value; about a number it is told its text too (ECMAScript's JSON.parse source text access). */
export type Reviver = (key: string, value: unknown, context?: { readonly source?: string }) => unknown

/**
 * `JSON.parse`, but right where a key is written with escapes: V8 takes such a key for another one that an earlier text had at the same
 * place, where that is how its source begins (`"é"` as `"\u00e9"` after a key that is a backslash; nodejs/node issue 63785, Node 24 and
 * 26). Anybody could so spoil the keys of everybody's requests. A reviver is then asked about what is neither object nor list.
 */
export function parseJsonText(text: string, reviver?: Reviver): unknown {
  const value: unknown = JSON.parse(text, reviver)
  return text.includes('\\') && hasEscapedKey(text) ? readJson(text, reviver) : value
}

const QUOTE = 0x22
const BACKSLASH = 0x5c

/** The place behind the string that begins at `start`; past the end where nothing ends it. */
export function endOfString(text: string, start: number): number {
  let at = start + 1
  while (at < text.length && text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1
  return at + 1
}

function hasEscapedKey(text: string): boolean {
  for (let at = text.indexOf('"'); at >= 0; ) {
    const end = endOfString(text, at)
    if (text[skipSpace(text, end)] === ':' && text.slice(at, end).includes('\\')) return true
    at = text.indexOf('"', end)
  }
  return false
}

/** The place of what comes behind white space. */
export function skipSpace(text: string, start: number): number {
  let at = start
  while (text.charCodeAt(at) <= 0x20) at++
  return at
}

type Open = { readonly closes: (members: readonly unknown[]) => unknown; readonly members: unknown[] }

const toObject = (members: readonly unknown[]): unknown =>
  Object.fromEntries(
    Array.from({ length: members.length / 2 }, (_, index) => [members[2 * index], members[2 * index + 1]]),
  )
const toList = (members: readonly unknown[]): unknown => members

/** Reads a text that is known to be JSON, without a call for each level: it may be nested deeper than any stack. */
function readJson(text: string, reviver: Reviver | undefined): unknown {
  const top: Open = { closes: ([value]) => value, members: [] }
  const open = [top]
  for (let at = skipSpace(text, 0); at < text.length; at = skipSpace(text, at)) {
    const letter = text[at] as string
    if (letter === '{') open.push({ closes: toObject, members: [] })
    else if (letter === '[') open.push({ closes: toList, members: [] })
    else if (letter === '}' || letter === ']') {
      const { closes, members } = open.pop() as Open
      open.at(-1)?.members.push(closes(members))
    } else if (letter !== ',' && letter !== ':') {
      const end = letter === '"' ? endOfString(text, at) : endOfWord(text, at)
      const source = text.slice(at, end)
      const value: unknown = JSON.parse(source)
      open.at(-1)?.members.push(reviver === undefined ? value : reviver('', value, { source }))
      at = end
      continue
    }
    at++
  }
  return top.closes(top.members)
}

/** The place behind a number, true, false or null. */
function endOfWord(text: string, start: number): number {
  WORD_END.lastIndex = start
  return WORD_END.exec(text)?.index ?? text.length
}

const WORD_END = /[\s,\]}]/g
