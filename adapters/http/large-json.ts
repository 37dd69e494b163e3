import { setImmediate as turn } from 'node:timers/promises'
import type { Reviver } from '@scaling-mlops/core'
import { parseJson } from './json.ts'
import { type Piece, piecesOf } from './json-pieces.ts'

/** A large document is parsed in pieces of about this length, with a turn of the event loop between them. */
const PIECE = 262_144
/** Texts up to this length are parsed in one piece: about five milliseconds a million. */
export const ONE_PIECE = 4 * PIECE

/**
 * Parses JSON of any size as `parseJson` does, without holding the event loop for more than a few milliseconds. A thread would hand over
 * what it parsed, and this one would take that in one piece, for half the time of parsing numbers and all the time of parsing rows.
 */
export async function parseLargeJson(text: string, reviver?: Reviver, length = PIECE): Promise<unknown> {
  if (text.length <= 4 * length) return parseJson(text, reviver)
  let whole: unknown
  for (const piece of piecesOf(text, length)) {
    // what breaks somewhere is judged as a whole, so that positions are those of the text
    if (piece === undefined) return parseJson(text, reviver)
    const part = parsePiece(piece, reviver)
    if (part === undefined || !append(whole, part, piece.way)) return parseJson(text, reviver)
    whole ??= part
    await turn()
  }
  return whole
}

function parsePiece({ text }: Piece, reviver: Reviver | undefined): unknown {
  try {
    return parseJson(text, reviver)
  } catch {
    return undefined
  }
}

/** Adds what a piece has to what came before it, if anything did. False where a key is there already. */
function append(into: unknown, from: unknown, way: Piece['way'], level = 0): boolean {
  if (level > way.length || into === undefined) return true
  const key = way[level]
  if (Array.isArray(into) && Array.isArray(from)) {
    const continued: unknown = into.at(-1)
    for (let index = level === way.length ? 0 : 1; index < from.length; index++) into.push(from[index])
    return append(continued, from[0], way, level + 1)
  }
  if (!isObject(into) || !isObject(from)) return false
  for (const [name, value] of Object.entries(from)) {
    if (name === key) continue
    if (Object.hasOwn(into, name) || name === '__proto__') return false
    into[name] = value
  }
  return key === undefined || append(into[key], from[key], way, level + 1)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
