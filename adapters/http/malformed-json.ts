import { type ParseErrorCode, printParseErrorCode, visit } from 'jsonc-parser'
import { HttpError } from './http-error.ts'
import { piecesOf } from './json-pieces.ts'

/** What to tell about a text that `JSON.parse` refused with `cause`: the place of its first error, where it can be found. */
export function malformedJson(text: string, cause: unknown): HttpError {
  if (text.trim() === '')
    return new HttpError('malformed_json', 'the body is empty; send a row as a JSON object, or a list of rows', {
      cause,
    })
  // what jsonc-parser lets pass and JSON does not (a number like 1e, say) keeps V8's own words
  const found = firstError(text)
  return new HttpError(
    'malformed_json',
    found === undefined ? `the body is not JSON: ${(cause as Error).message}` : `the body is not JSON; at ${found}`,
    { cause },
  )
}

/** How much is looked at closely, which takes a hundred times as long as parsing. */
const LOOKED_AT = 16_384

function firstError(text: string): string | undefined {
  for (const piece of piecesOf(text, LOOKED_AT)) {
    if (piece === undefined) return undefined
    if (isJson(piece.text)) continue
    let found: string | undefined
    const onError = (code: ParseErrorCode, offset: number): void => {
      found ??= `${placeOf(piece.offset + offset, text)}: ${words(printParseErrorCode(code))}`
    }
    visit(piece.text, { onError }, { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false })
    return found
  }
  return undefined
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** A place as people count: lines and columns from one. */
export function placeOf(offset: number, text: string): string {
  let line = 1
  let start = 0
  for (let end = text.indexOf('\n'); end !== -1 && end < offset; end = text.indexOf('\n', start)) {
    line++
    start = end + 1
  }
  return `line ${line}, column ${offset - start + 1} (offset ${offset})`
}

/** `PropertyNameExpected` → `property name expected`. */
function words(code: string): string {
  return code.replace(/(?<=[a-z])[A-Z]/g, letter => ` ${letter}`).toLowerCase()
}
