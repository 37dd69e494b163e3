import { endOfString, skipSpace } from '@scaling-mlops/core'

/** A document that is part of a larger one: the containers that are open where it begins, as the larger one has them, and some of what follows. */
export type Piece = {
  readonly text: string
  /** What is to be added to a place in it for the place in the larger one. */
  readonly offset: number
  /** The way to what is continued, from the outermost container in: the key that leads on from an object, undefined from a list. */
  readonly way: readonly (string | undefined)[]
}

/** An object or a list that is not closed yet, and the text of the key that it has in its parent. */
type Open = { readonly code: number; readonly key: string }

/** Deeper documents are not cut. */
const MOST_LEVELS = 1000

/**
 * Cuts a JSON document into documents of about `length` characters: `{"a":[1,2]}` → `{"a":[1]}`, `{"a":[2]}`. Only commas are cut
 * at, and what stands between them is left to the parser: where the whole is no JSON, neither is the piece that holds the first place
 * that shows it, and nothing may follow that one. Ends with undefined where too much is open to be repeated.
 */
export function* piecesOf(text: string, length: number): Generator<Piece | undefined> {
  const open: Open[] = []
  let opened: readonly Open[] = []
  let start = 0
  let string = [0, 0]
  const pieceUntil = (end: number, closed: readonly Open[]): Piece | undefined => {
    const before = opened.map(({ code, key }) => key + String.fromCharCode(code)).join('')
    const after = closed.map(({ code }) => String.fromCharCode(code + 2)).reverse()
    if (before.length > length) return undefined
    const way = opened.slice(1).map(({ key }) => (key === '' ? undefined : (JSON.parse(key.slice(0, -1)) as string)))
    return { text: before + text.slice(start, end) + after.join(''), offset: start - before.length, way }
  }
  const broken = (end: number): Piece | undefined => pieceUntil(end, [])

  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) {
      const end = endOfString(text, at)
      string = [at, end]
      at = end - 1
    } else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      if (open.length === MOST_LEVELS) return yield undefined
      open.push({ code, key: open.at(-1)?.code === OPEN_BRACE ? `${text.slice(string[0], string[1])}:` : '' })
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      // two more than what opens it, with either kind
      if (open.pop()?.code !== code - 2) return yield broken(at + 1)
    } else if (code === COMMA && at - start >= length) {
      if (open.length === 0 || !isBehindValue(text, start, at)) return yield broken(at + 1)
      const next = skipSpace(text, at + 1)
      if (next >= text.length || ']}'.includes(text.charAt(next))) return yield broken(next + 1)
      yield pieceUntil(at, open)
      opened = [...open]
      start = at + 1
    }
  }
  yield open.length === 0 ? pieceUntil(text.length, []) : broken(text.length)
}

/** Whether a value stands before a comma: by itself a piece does not show that none does. */
function isBehindValue(text: string, start: number, comma: number): boolean {
  const before = text.slice(start, comma).trimEnd().at(-1)
  return before !== undefined && !'[{'.includes(before)
}

const QUOTE = 0x22
const COMMA = 0x2c
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
