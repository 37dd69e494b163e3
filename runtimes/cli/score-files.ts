import { glob, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type Compression, compressionOf } from '@scaling-mlops/adapters/files'
import { InvalidDataError } from '@scaling-mlops/core'
import type { FileFormat } from '@scaling-mlops/core/files'
import { UsageError } from '../exit.ts'

/** One file to score and where its scores go; - for pipes. */
export type FilePair = {
  readonly input: string
  readonly target: string
  /** Undefined: rows that fail are told on stderr alone. */
  readonly errors: string | undefined
  readonly format: FileFormat
  /** Of the target. */
  readonly compression: Compression
}

type Wanted = { readonly out?: string; readonly format?: FileFormat; readonly errors?: string }

const ENDING = /\.(parquet|(csv|tsv|txt|ndjson|jsonl)(\.(gz|zst))?)$/i

/** The files that an input stands for: itself, those of a folder, or those that match a pattern; scored files of earlier runs are left out. */
export async function filePairs(input: string, wanted: Wanted): Promise<FilePair[]> {
  if (input === '-') return [toPair('-', wanted.out ?? '-', wanted)]
  if (isS3(input)) return objectPairs(input, wanted)
  const found = await stat(input).catch(() => undefined)
  if (found !== undefined && !found.isDirectory()) return [toPair(input, wanted.out ?? scoredName(input), wanted)]
  const isPattern = /[*?[{]/.test(input)
  if (found === undefined && !isPattern) throw new InvalidDataError({ source: input }, 'the file does not exist')

  const files: string[] = []
  for await (const path of glob(found === undefined ? input : join(input, '*'))) if (isInput(path)) files.push(path)
  if (files.length === 0)
    throw new InvalidDataError(
      { source: input },
      'there is no .csv, .ndjson or .parquet file here (.gz and .zst are unpacked)',
    )
  const { out } = wanted
  if (files.length > 1 && wanted.errors !== undefined)
    throw new UsageError('--errors is for one file; of several each has its own errors file')
  if (out !== undefined && !isS3(out) && !(await stat(out).catch(() => undefined))?.isDirectory())
    throw new UsageError(`several files go into a folder; ${out} is none`)
  return files.sort().map(file => toPair(file, intoFolder(file, out), wanted))
}

function toPair(input: string, target: string, { format, errors }: Wanted): FilePair {
  if ([input, target].some(path => isS3(path) && isParquet(path)))
    throw new UsageError('Parquet in S3 is not read or written yet; copy it first, or use CSV or NDJSON')
  if (isParquet(target) && !isParquet(input)) throw new UsageError(`${target}: only Parquet is scored into Parquet`)
  if (isParquet(input) && formatOf(target) === 'csv')
    throw new UsageError(`${target}: Parquet is scored into .parquet or .ndjson`)
  const known = format ?? formatOf(input) ?? formatOf(target)
  if (known === undefined)
    throw new UsageError(`${input}: neither its ending nor --format says whether it is csv or ndjson`)
  if (target !== '-' && input === target) throw new UsageError(`${target} is the input itself; name another target`)
  return {
    input,
    target,
    errors: errors ?? (target === '-' ? undefined : `${target.replace(ENDING, '')}.errors.csv`),
    format: known,
    compression: compressionOf(target),
  }
}

/** Whether rows lie in columns; the engine then sees them as objects, a line each. */
export function isParquet(path: string): boolean {
  return /\.parquet$/i.test(path)
}

/** Whether an interrupted run of it can be gone on with: pipes are gone, and the rows of a Parquet file lie beside its bytes. */
export function canGoOn({ input, target }: FilePair): boolean {
  return input !== '-' && isFile(target) && !isParquet(target)
}

/** Whether a path is one of S3. */
export function isS3(path: string): boolean {
  return path.startsWith('s3://')
}

/** Whether a target is of this machine's disk, and no pipe. */
export function isFile(target: string): boolean {
  return target !== '-' && !isS3(target)
}

/** The object that an address names, or those under one that ends with /. */
async function objectPairs(input: string, wanted: Wanted): Promise<FilePair[]> {
  if (!input.endsWith('/')) return [toPair(input, wanted.out ?? scoredName(input), wanted)]
  const { listObjects } = await import('./score-objects.ts')
  const objects = (await listObjects(input)).filter(isInput)
  if (objects.length === 0) throw new InvalidDataError({ source: input }, 'there is no .csv or .ndjson object here')
  return objects.map(object => toPair(object, intoFolder(object, wanted.out), wanted))
}

/** Whether a name is that of rows, and not of what an earlier run left. */
function isInput(path: string): boolean {
  return ENDING.test(path) && !/\.(scored|errors)\./.test(basename(path))
}

function intoFolder(path: string, out: string | undefined): string {
  if (out === undefined) return scoredName(path)
  return isS3(out) ? `${out.replace(/\/$/, '')}/${basename(path)}` : join(out, basename(path))
}

function formatOf(path: string): FileFormat | undefined {
  const ending = ENDING.exec(path)?.[1]
  return ending === undefined ? undefined : /^(parquet|ndjson|jsonl)/i.test(ending) ? 'ndjson' : 'csv'
}

/** `data/a.csv.gz` → `data/a.scored.csv.gz` */
function scoredName(input: string): string {
  const name = basename(input)
  const ending = ENDING.exec(name)?.[0] ?? ''
  const scored = `${name.slice(0, name.length - ending.length)}.scored${ending}`
  return isS3(input) ? input.slice(0, input.length - name.length) + scored : join(dirname(input), scored)
}
