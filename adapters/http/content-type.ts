import { HttpError } from './http-error.ts'

/** How a body holds its rows: one JSON document, a JSON document a line, or CSV. */
export type RowFormat = 'json' | 'lines' | 'csv'

const TYPES: Readonly<Record<string, RowFormat>> = {
  'application/json': 'json',
  'application/x-ndjson': 'lines',
  'application/ndjson': 'lines',
  'application/jsonl': 'lines',
  'application/jsonlines': 'lines',
  'application/x-jsonlines': 'lines',
  'application/json-lines': 'lines',
  'text/csv': 'csv',
}

/** JSON in UTF-8, also where the client names no type at all, or lines of it; throws `unsupported_media_type` for anything else. */
export function rowFormatOf(contentType: string | undefined): 'json' | 'lines' {
  if (contentType === undefined || contentType === 'application/json') return 'json'
  const { format, isUtf8 } = read(contentType)
  if (isUtf8 && (format === 'json' || format === 'lines')) return format
  throw unsupported(contentType, ['application/json', 'application/x-ndjson'])
}

/** As `rowFormatOf`, and CSV. */
export function predictFormatOf(contentType: string | undefined): RowFormat {
  if (contentType === undefined || contentType === 'application/json') return 'json'
  const { format, isUtf8 } = read(contentType)
  if (isUtf8 && format !== undefined) return format
  throw unsupported(contentType, ['application/json', 'application/x-ndjson', 'text/csv'])
}

/** As `predictFormatOf`, but that a parameter other than the charset is refused, as MLflow's server does: it might mean something. */
export function invocationFormatOf(contentType: string | undefined): RowFormat {
  if (contentType === undefined || contentType === 'application/json') return 'json'
  const { format, isUtf8, parameters } = read(contentType)
  if (isUtf8 && format !== undefined && parameters.every(parameter => parameter.startsWith('charset='))) return format
  throw unsupported(contentType, ['application/json', 'application/jsonlines', 'text/csv'])
}

function read(contentType: string) {
  const [type = '', ...parameters] = contentType
    .toLowerCase()
    .split(';')
    .map(part => part.trim())
  const charset = parameters
    .find(parameter => parameter.startsWith('charset='))
    ?.slice('charset='.length)
    .replaceAll('"', '')
  const format = Object.hasOwn(TYPES, type) ? TYPES[type] : type.endsWith('+json') ? 'json' : undefined
  return { format, parameters, isUtf8: charset === undefined || charset === 'utf-8' || charset === 'utf8' }
}

function unsupported(contentType: string, types: readonly string[]): HttpError {
  return new HttpError(
    'unsupported_media_type',
    `Content-Type "${contentType.slice(0, 80)}" is not accepted here; send ${types.slice(0, -1).join(', ')} or ${types.at(-1)} in UTF-8`,
    { headers: { accept: types.join(', ') } },
  )
}
