import { setImmediate as turn } from 'node:timers/promises'
import { parseJson } from './json.ts'

/** Texts up to this length are parsed in one piece: about five milliseconds a million. */
export const ONE_PIECE = 1_048_576
/** A larger list is parsed in pieces of about this length, with a turn of the event loop between them. */
const PIECE = 262_144

/** Parses JSON of any size as `parseJson` does, without holding the event loop for more than a few milliseconds where it is a list of rows. */
export async function parseLargeJson(text: string): Promise<unknown> {
  if (text.length <= ONE_PIECE) return parseJson(text)
  const values: unknown[] = []
  for (const piece of piecesOf(text)) {
    const parsed = piece === undefined ? undefined : parsePiece(piece)
    // what is no plain list, or breaks somewhere, is judged as a whole, so that positions are those of the text
    if (parsed === undefined) return parseJson(text)
    for (const value of parsed) values.push(value)
    await turn()
  }
  return values
}

function parsePiece(piece: string): readonly unknown[] | undefined {
  try {
    return parseJson(piece) as unknown[]
  } catch {
    return undefined
  }
}

/**
 * Cuts a list into lists of some of its elements: `[a,b,c]` → `[a,b]`, `[c]`. Only commas between elements at the top are cut at; what
 * stands between them is left to the parser. Ends with undefined where the text is no list or its brackets do not match.
 */
function* piecesOf(text: string): Generator<string | undefined> {
  const begin = text.search(/\S/)
  const end = text.trimEnd().length - 1
  if (text[begin] !== '[' || text[end] !== ']') return yield undefined
  let start = begin + 1
  let depth = 0
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) {
      at = endOfString(text, at)
      if (at === -1) return yield undefined
    } else if (code === OPEN_BRACE || code === OPEN_BRACKET) depth++
    else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      if (--depth < 0) return yield undefined
    } else if (code === COMMA && depth === 0 && at - start >= PIECE) {
      yield `[${text.slice(start, at)}]`
      start = at + 1
    }
  }
  const last = text.slice(start, end)
  const trailingComma = start > begin + 1 && last.trim() === ''
  yield depth === 0 && !trailingComma ? `[${last}]` : undefined
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d

/** The place of the quote that ends the string begun at `start`, −1 where none does. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === BACKSLASH) at++
    else if (code === QUOTE) return at
  }
  return -1
}
