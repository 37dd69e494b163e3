import { HttpError } from '../http-error.ts'
import { parseJson } from '../json.ts'
import { ONE_PIECE, parseLargeJson } from '../large-json.ts'

type Fields = Readonly<Record<string, unknown>>

/** Parses the JSON of a request. Whole numbers that a double cannot hold become bigints, so that those of 64 bits arrive as they were sent. */
export async function parseEnvelope(text: string): Promise<Fields> {
  const reviver = /\d{16}/.test(text) ? keepExact : undefined
  let value: unknown
  try {
    value = text.length > ONE_PIECE ? await parseLargeJson(text, reviver) : parseJson(text, reviver)
  } catch (error) {
    if (error instanceof HttpError && error.code === 'malformed_json') refuseNonFinite(text)
    throw error
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields
  throw new HttpError('bad_request', 'a request is an object {"inputs": […]}')
}

function keepExact(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value
  const { source = '' } = context ?? {}
  return /^-?\d+$/.test(source) ? BigInt(source) : value
}

/** What Python's writers make of numbers that are none. */
function refuseNonFinite(text: string): void {
  const found = /[[,:\s](NaN|-?Infinity)(?=[\],}\s])/.exec(text)?.[1]
  if (found !== undefined)
    throw new HttpError(
      'malformed_json',
      `${found} is not JSON; send null for a number that is missing, or the tensor in binary`,
    )
}
