import type { Columns, ScoredColumns } from '@scaling-mlops/core/files'

/**
 * Rows as JSON objects, one a line. Whole numbers past 2⁵³ become texts; what JSON has no word for (NaN, the infinite) becomes null. What
 * a row has not gained is left out.
 */
export function writeLines(
  names: readonly string[],
  columns: Columns,
  scored: ScoredColumns,
  from: number,
  until: number,
): Uint8Array {
  const keys = names.map((name, index) => `${index === 0 ? '{' : ','}${JSON.stringify(name)}:`)
  const gained = Object.entries(scored).map(([name, values]) => ({ key: `,${JSON.stringify(name)}:`, values }))
  let lines = ''
  for (let row = from; row < until; row++) {
    for (let column = 0; column < keys.length; column++)
      lines += (keys[column] as string) + toJson(columns[column]?.[row])
    for (const { key, values } of gained) if (values[row] !== undefined) lines += key + toJson(values[row])
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
    case 'boolean':
      return String(value)
    default:
      return value === null || value === undefined ? 'null' : JSON.stringify(toPlain(value))
  }
}

/** A value in the words of JSON; bytes are taken for text. */
export function toPlain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value !== 'object' || value === null) return value ?? null
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.length).toString('utf8')
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) return value.map(toPlain)
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toPlain(inner)]))
}
