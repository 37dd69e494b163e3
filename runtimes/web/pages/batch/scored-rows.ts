import { askForPart, type Job } from '../../api/jobs.ts'
import { recordsOf } from './delimited.ts'

/** So much of a result is looked through in the browser; the file itself is for downloading. */
const LOOKED_THROUGH_BYTES = 8_000_000
const ADDED = ['probability', 'prediction', 'model_version', 'error']

export type ScoredRow = {
  /** 1 is the first row. */
  readonly number: number
  /** What was sent, by column. */
  readonly cells: readonly string[]
  readonly prediction: string
  /** The probability, of an estimate the estimate. */
  readonly score: number
  readonly error: string
}

export type Scored = {
  readonly columns: readonly string[]
  readonly rows: readonly ScoredRow[]
  readonly isWhole: boolean
}

export async function scoredRows(job: Job, signal: AbortSignal): Promise<Scored> {
  const { text, isWhole } = await askForPart(job.id, 'result', LOOKED_THROUGH_BYTES, signal)
  const whole = isWhole ? text : text.slice(0, text.lastIndexOf('\n') + 1)
  const [header = [], ...records] = job.format === 'csv' ? recordsOf(whole) : recordsOfLines(whole)
  const added = ADDED.map(name => header.lastIndexOf(name))
  const sent = header.map((_, at) => at).filter(at => !added.includes(at))
  const rows = records.map((record, index): ScoredRow => {
    const [probability = '', prediction = '', , error = ''] = added.map(at => record[at] ?? '')
    const score = Number.parseFloat(probability === '' ? prediction : probability)
    return { number: index + 1, cells: sent.map(at => record[at] ?? ''), prediction, score, error }
  })
  return { columns: sent.map(at => header[at] ?? ''), rows, isWhole }
}

/** A JSON object a line, as records under a header of all keys. */
function recordsOfLines(text: string): string[][] {
  const objects = text
    .split('\n')
    .filter(line => line.startsWith('{'))
    .map(line => JSON.parse(line) as Readonly<Record<string, unknown>>)
  const keys = [...new Set(objects.flatMap(Object.keys))]
  return [keys, ...objects.map(object => keys.map(key => (object[key] == null ? '' : String(object[key]))))]
}

export type RowError = {
  readonly line: string
  readonly column: string
  readonly code: string
  readonly message: string
}

/** The first errors of a job. */
export async function rowErrors(job: Job, signal: AbortSignal): Promise<readonly RowError[]> {
  const { text } = await askForPart(job.id, 'errors', 1_000_000, signal)
  const isJson = text.trimStart().startsWith('{')
  const [header = [], ...records] = isJson ? recordsOfLines(text.slice(0, text.lastIndexOf('\n') + 1)) : recordsOf(text)
  const cell = (record: readonly string[], name: string) => record[header.indexOf(name)] ?? ''
  return records.map(record => ({
    line: cell(record, 'line'),
    column: cell(record, 'column'),
    code: cell(record, 'code'),
    message: cell(record, 'message'),
  }))
}
