import { HttpError } from './http-error.ts'

/** How a body holds its rows: one JSON document, or a JSON document a line. */
export type RowFormat = 'json' | 'lines'

const LINES = [
  'application/x-ndjson',
  'application/ndjson',
  'application/jsonl',
  'application/jsonlines',
  'application/json-lines',
]

/** JSON in UTF-8, also where the client names no type at all; throws `unsupported_media_type` for anything else. */
export function rowFormatOf(contentType: string | undefined): RowFormat {
  if (contentType === undefined || contentType === 'application/json') return 'json'
  const [type = '', ...parameters] = contentType
    .toLowerCase()
    .split(';')
    .map(part => part.trim())
  const charset = parameters
    .find(parameter => parameter.startsWith('charset='))
    ?.slice('charset='.length)
    .replaceAll('"', '')
  const format = LINES.includes(type)
    ? 'lines'
    : type === 'application/json' || type.endsWith('+json')
      ? 'json'
      : undefined
  if (format !== undefined && (charset === undefined || charset === 'utf-8' || charset === 'utf8')) return format
  throw new HttpError(
    'unsupported_media_type',
    `Content-Type "${contentType.slice(0, 80)}" is not accepted here; send application/json or application/x-ndjson in UTF-8`,
    { headers: { accept: 'application/json, application/x-ndjson' } },
  )
}
