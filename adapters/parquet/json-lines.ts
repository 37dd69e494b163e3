import type { DecodedArray } from 'hyparquet'

/** Rows as columns, in the order of the schema. */
export type Columns = readonly DecodedArray[]

/** Rows as JSON objects, one a line. Whole numbers past 2⁵³ become texts; what JSON has no word for (NaN, the infinite) becomes null. */
export function writeLines(names: readonly string[], columns: Columns): Uint8Array {
  const keys = names.map((name, index) => `${index === 0 ? '{' : ','}${JSON.stringify(name)}:`)
  const rows = columns[0]?.length ?? 0
  let lines = ''
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < keys.length; column++)
      lines += (keys[column] as string) + toJson(columns[column]?.[row])
    lines += '}\n'
  }
  return Buffer.from(lines, 'utf8')
}

function toJson(value: unknown): string {
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value) ? String(value) : 'null'
    case 'string':
      return JSON.stringify(value)
    case 'bigint':
      return Number.isSafeInteger(Number(value)) ? String(value) : `"${value}"`
    case 'boolean':
      return String(value)
    default:
      return value === null || value === undefined ? 'null' : JSON.stringify(plain(value))
  }
}

/** A nested value in the words of JSON; bytes are taken for text. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.length).toString('utf8')
  if (value instanceof Date || typeof value !== 'object' || value === null)
    return typeof value === 'bigint' ? JSON.parse(toJson(value)) : value
  if (Array.isArray(value)) return value.map(plain)
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]))
}
