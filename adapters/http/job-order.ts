import type { FileFormat } from '@scaling-mlops/core/files'
import type { JobOptions } from '@scaling-mlops/core/jobs'
import { HttpError } from './http-error.ts'

/** What a request to `/jobs` says beside its file. */
export type JobWish = {
  readonly model: string | undefined
  readonly version: string | undefined
  readonly filename: string
  readonly format: FileFormat
  readonly key: string | undefined
  readonly options: JobOptions
}

const PARAMETERS = ['model', 'version', 'map', 'id', 'explain', 'maxErrors']
const LINES = /^application\/(x-ndjson|ndjson|jsonl|jsonlines|json-lines)$/
const TABLE = /^(text\/(csv|tab-separated-values|plain)|application\/(csv|vnd\.ms-excel))$/

/** Reads query and headers; throws `bad_request` or `unsupported_media_type` with what is wrong. */
export function readJobWish({ url, headers }: Request): JobWish {
  const query = new URL(url).searchParams
  const unknown = [...query.keys()].find(name => !PARAMETERS.includes(name))
  if (unknown !== undefined)
    throw new HttpError(
      'bad_request',
      `there is no parameter "${unknown.slice(0, 60)}"; there are ${PARAMETERS.join(', ')}`,
    )
  const map = Object.fromEntries(query.getAll('map').map(toPair))
  const id = query.get('id')
  const explain = readWhole(query, 'explain', 1)
  const maxErrors = readWhole(query, 'maxErrors', 0)
  const filename = readFilename(headers.get('content-disposition'))
  return {
    model: query.get('model') ?? undefined,
    version: query.get('version') ?? undefined,
    filename: filename ?? 'rows',
    format: readFormat(headers.get('content-type'), filename),
    key: readKey(headers.get('idempotency-key')),
    options: {
      ...(Object.keys(map).length === 0 ? {} : { map }),
      ...(id === null ? {} : { id }),
      ...(explain === undefined ? {} : { explain }),
      ...(maxErrors === undefined ? {} : { maxErrors }),
    },
  }
}

function toPair(pair: string): [column: string, feature: string] {
  const equals = pair.lastIndexOf('=')
  if (equals < 1)
    throw new HttpError('bad_request', `map must be like customer_contract=contract; got "${pair.slice(0, 60)}"`)
  return [pair.slice(0, equals), pair.slice(equals + 1)]
}

function readWhole(query: URLSearchParams, name: string, minimum: number): number | undefined {
  const text = query.get(name)
  if (text === null) return undefined
  if (/^\d{1,12}$/.test(text) && Number(text) >= minimum) return Number(text)
  throw new HttpError(
    'bad_request',
    `${name} must be a whole number of at least ${minimum}; got "${text.slice(0, 60)}"`,
  )
}

function readFormat(contentType: string | null, filename: string | undefined): FileFormat {
  const type = contentType?.split(';')[0]?.trim().toLowerCase() ?? ''
  if (LINES.test(type)) return 'ndjson'
  if (TABLE.test(type)) return 'csv'
  const ending = /\.(?:(csv|tsv|txt)|ndjson|jsonl)(?:\.gz)?$/i.exec(filename ?? '')
  if (ending !== null) return ending[1] === undefined ? 'ndjson' : 'csv'
  throw new HttpError(
    'unsupported_media_type',
    `a file must be sent as text/csv or application/x-ndjson; got ${contentType === null ? 'no Content-Type' : `"${contentType.slice(0, 80)}"`}`,
    { headers: { accept: 'text/csv, application/x-ndjson' } },
  )
}

/** The last part of the name, without what is no part of a name anywhere. */
function readFilename(disposition: string | null): string | undefined {
  const [, encoded] = /;\s*filename\*=utf-8''([^;\s]+)/i.exec(disposition ?? '') ?? []
  const [, quoted, plain] = /;\s*filename=(?:"([^"]*)"|([^;\s]+))/i.exec(disposition ?? '') ?? []
  const name = (encoded === undefined ? (quoted ?? plain) : decoded(encoded))
    ?.replace(/^.*[\\/]/s, '')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
    .replace(/[\u0000-\u001f"<>|:*?]/g, '')
    .trim()
    .slice(0, 200)
  return name === '' ? undefined : name
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

function readKey(key: string | null): string | undefined {
  if (key === null || /^[!-~]{1,128}$/.test(key)) return key ?? undefined
  throw new HttpError(
    'bad_request',
    `Idempotency-Key must be 1 to 128 printable characters without blanks; got "${key.slice(0, 60)}"`,
  )
}
