import type { FeatureTable } from '@scaling-mlops/core'
import { recordsOf } from './delimited.ts'

/** So much of a file is read to see its columns. */
const HEAD_BYTES = 1_000_000
const PREVIEW_ROWS = 20

export type Preview = {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** The first rows of a file: of a CSV its header and what follows, of NDJSON the keys of its first line. */
export async function previewOf(file: File): Promise<Preview> {
  const isPacked = file.name.endsWith('.gz')
  const head = file.slice(0, HEAD_BYTES)
  const text = isPacked ? await unpacked(head) : await head.text()
  if (/\.(ndjson|jsonl)(\.gz)?$/i.test(file.name)) return previewOfLines(text)
  const [columns = [], ...rows] = recordsOf(text, PREVIEW_ROWS + 1)
  if (columns.length === 0 || columns.every(column => column.trim() === ''))
    throw new Error('The file has no header line.')
  return { columns: columns.map(column => column.replace(/^\ufeff/, '')), rows }
}

async function unpacked(head: Blob): Promise<string> {
  const reader = head.stream().pipeThrough(new DecompressionStream('gzip')).getReader()
  const decoder = new TextDecoder()
  let text = ''
  try {
    for (let part = await reader.read(); !part.done && text.length < HEAD_BYTES; part = await reader.read())
      text += decoder.decode(part.value, { stream: true })
  } catch {
    // the slice ends in the middle of the stream
  }
  if (text === '') throw new Error('The file cannot be unpacked.')
  return text
}

function previewOfLines(text: string): Preview {
  const rows = text
    .split('\n')
    .filter(line => line.trim() !== '')
    .slice(0, PREVIEW_ROWS)
    .flatMap(line => {
      try {
        return [JSON.parse(line) as Readonly<Record<string, unknown>>]
      } catch {
        return []
      }
    })
  const columns = [...new Set(rows.flatMap(row => Object.keys(row)))]
  if (columns.length === 0) throw new Error('No line of the file is a JSON object.')
  return { columns, rows: rows.map(row => columns.map(column => String(row[column] ?? ''))) }
}

export type Match = { readonly field: string; readonly column: string | undefined; readonly isNeeded: boolean }

/** Which column stands for which field: by name without case and spaces, as the server does it. */
export function matchesOf(table: FeatureTable, columns: readonly string[]): Match[] {
  const plain = (name: string) => name.trim().toLowerCase().replaceAll(' ', '_')
  return table.map(({ name, default: fallback }) => ({
    field: name,
    column:
      columns.find(column => plain(column) === name) ??
      columns.find(column => plain(column).replaceAll('_', '') === name.replaceAll('_', '')),
    isNeeded: fallback === undefined,
  }))
}
