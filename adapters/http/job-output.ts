import { isEnded, type Job } from '@scaling-mlops/core/jobs'
import type { Exchange } from './exchange.ts'
import { HttpError } from './http-error.ts'
import type { JobDoor } from './job-door.ts'

/** Answers the scored file of a job, or that of its errors, in whole or the range that is asked for. */
export async function answerJobFile(
  job: Job,
  output: 'result' | 'errors',
  request: Request,
  { requestId }: Exchange,
  files: JobDoor['files'],
): Promise<Response> {
  if (!isEnded(job)) throw new HttpError('not_finished', `the job is ${job.state}; its files are there when it is done`)
  const file = job.state === 'done' ? await files.open(job.id, output) : undefined
  if (file === undefined)
    throw new HttpError(
      'not_found',
      job.state === 'done' ? `the job has no ${output}` : `the job has no ${output}: it was ${job.state}`,
    )
  const { size } = file
  const range = readRange(request.headers.get('range'), size)
  const headers = {
    'content-type': output === 'errors' || job.format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson',
    'content-disposition': attachment(nameOf(job, output)),
    'content-length': String(range === undefined ? size : range.last - range.first + 1),
    'accept-ranges': 'bytes',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-request-id': requestId,
    ...(range === undefined ? {} : { 'content-range': `bytes ${range.first}-${range.last}/${size}` }),
  }
  const { first, last } = range ?? { first: 0, last: size - 1 }
  return new Response(size === 0 ? null : file.read(first, last), {
    status: range === undefined ? 200 : 206,
    headers,
  })
}

/** One range; several, and what is no range, are answered by the whole, as the protocol allows. */
function readRange(range: string | null, size: number): { first: number; last: number } | undefined {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(range ?? '') ?? []
  if (from === '' && to === '') return undefined
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from)
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1)
  if (first < size && first <= last) return { first, last }
  throw new HttpError('range_not_satisfiable', `the file has ${size} bytes; ${range} is none of them`, {
    headers: { 'content-range': `bytes */${size}` },
  })
}

/** `customers.csv.gz` → `customers.scored.csv`: what is answered is not compressed. */
function nameOf({ filename, format }: Job, output: 'result' | 'errors'): string {
  const name = filename.replace(/(\.(csv|tsv|txt|ndjson|jsonl))?(\.(gz|zst))?$/i, '')
  return output === 'errors' ? `${name}.errors.csv` : `${name}.scored.${format}`
}

/** The name in plain letters for old readers, in full for all others. */
function attachment(name: string): string {
  const plain = name.replace(/[^ -~]|["\\]/g, '_')
  const encoded = encodeURIComponent(name).replace(/['()*]/g, letter => `%${letter.charCodeAt(0).toString(16)}`)
  return `attachment; filename="${plain}"${plain === name ? '' : `; filename*=UTF-8''${encoded}`}`
}
