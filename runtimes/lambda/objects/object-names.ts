import { createHash } from 'node:crypto'
import type { ObjectPlace } from '@scaling-mlops/adapters/lambda'
import type { FileFormat } from '@scaling-mlops/core/files'
import type { ObjectFile } from './object-task.ts'

/** What a file in S3 is, and where everything about it goes. */
export type ObjectNames = {
  readonly format: FileFormat
  /** Beside the file: its rows with their scores, its failed rows, and why it was refused as a whole. */
  readonly scored: ObjectPlace
  readonly errors: ObjectPlace
  readonly refused: ObjectPlace
}

const FILE = /^(.+)\.(csv|tsv|txt|ndjson|jsonl)(\.(gz|zst))?$/i
const OURS = /\.(scored|errors)\.[^/]*$/i

/** Parts of large files wait under this prefix until they are put together; a lifecycle rule may clear it after some days. */
const WORK = '.scaling-mlops/'

/** `data/a.csv.gz` → `data/a.scored.csv.gz`, `data/a.scored.errors.csv`, `data/a.refused.json`. Undefined for what is no file to score: above all for what the function writes itself, of which it gets events too. */
export function namesOf({ bucket, key }: ObjectPlace): ObjectNames | undefined {
  const [, stem, ending = ''] = FILE.exec(key) ?? []
  if (stem === undefined || OURS.test(key) || key.startsWith(WORK)) return undefined
  const at = (name: string): ObjectPlace => ({ bucket, key: name })
  return {
    format: /^(ndjson|jsonl)$/i.test(ending) ? 'ndjson' : 'csv',
    scored: at(`${stem}.scored${key.slice(stem.length)}`),
    errors: at(`${stem}.scored.errors.csv`),
    refused: at(`${stem}.refused.json`),
  }
}

/** What the keys of a file's ranges begin with: nothing is put together of two versions of the file or of the model. */
export function workPrefix({ key, etag, model, version }: Omit<ObjectFile, 'bucket' | 'size'>): string {
  const hash = createHash('sha256').update([key, etag, model, version].join('\n')).digest('hex')
  return `${WORK}${hash.slice(0, 32)}/`
}
