import { en } from 'zod/locales'
import * as z from 'zod/mini'

// the small form of zod brings no words of its own
z.config(en())

/** A text that says something. */
export function text(): z.ZodMiniType<string> {
  return z.string().check(z.minLength(1))
}

/** A text of a form, and the words for one that is not. */
export function like(pattern: RegExp, words?: string): z.ZodMiniType<string, string> {
  return z.string().check(z.regex(pattern, words))
}

/** What `read` makes of a value, judged by a schema. */
export function from<T>(read: (value: unknown) => unknown, schema: z.ZodMiniType<T>): z.ZodMiniType<T> {
  return z.pipe(z.transform(read), schema)
}

export function httpAddress(): z.ZodMiniType<string> {
  return z.url({ protocol: /^https?$/, error: 'must be an URL like http://localhost:4318' })
}

export function queueAddress(): z.ZodMiniType<string> {
  return like(/^https?:\/\/\S+$/, 'must be the URL of a queue in SQS')
}

/** A whole number, or its text. */
export function integer(minimum: number, maximum = Number.MAX_SAFE_INTEGER, allowed?: string): z.ZodMiniType<number> {
  const range = maximum === Number.MAX_SAFE_INTEGER ? `of at least ${minimum}` : `from ${minimum} to ${maximum}`
  const words = `must be ${allowed ?? `a whole number ${range}`}`
  return from(
    value => (typeof value === 'string' && /^\d+$/.test(value.trim()) ? Number(value) : value),
    z.int(words).check(z.minimum(minimum, words), z.maximum(maximum, words)),
  )
}

/** A number from 0 to 1, or its text. */
export function share(): z.ZodMiniType<number> {
  const words = 'must be a number from 0 to 1'
  return from(
    value => (typeof value === 'string' && value.trim() !== '' ? Number(value) : value),
    z.number(words).check(z.minimum(0, words), z.maximum(1, words)),
  )
}

/** A text with commas as the list of its parts. */
export function toList(value: unknown): unknown {
  if (typeof value !== 'string') return value
  return value
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '')
}

/** `name=value,…` as an object. */
export function toPairs(value: unknown): unknown {
  const list = toList(value)
  return Array.isArray(list)
    ? Object.fromEntries(
        list.map(pair => {
          const [name = '', ...value] = String(pair).split('=')
          return [name.trim(), value.join('=').trim()]
        }),
      )
    : list
}

/** Pairs whose values are percent-encoded, as in W3C's baggage; what is no such encoding is meant as it is. */
export function toDecodedPairs(value: unknown): unknown {
  const pairs = toPairs(value)
  if (typeof value !== 'string' || typeof pairs !== 'object' || pairs === null) return pairs
  return Object.fromEntries(Object.entries(pairs).map(([name, text]) => [name, decode(String(text))]))
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
