import {
  compressionOf,
  decompress,
  openFileAccess,
  openFileSink,
  openFileSource,
  openStreamSink,
  openStreamSource,
} from '@scaling-mlops/adapters/files'
import type { AddedColumn, ParquetSource } from '@scaling-mlops/adapters/parquet'
import type { Sink, Source, Task } from '@scaling-mlops/core'
import { type FilePair, isParquet, isS3 } from './score-files.ts'

/** Where rows come from: a pipe, a file, a Parquet file as lines. `bytesRead` of `size` tells how far the reading is. */
export async function openScoreSource({ input, target }: FilePair): Promise<Source & { readonly bytesRead?: number }> {
  if (input === '-') return openStreamSource(process.stdin, 'stdin')
  if (isS3(input)) {
    const { openObjectSource } = await import('./score-objects.ts')
    const object = await openObjectSource(input)
    return { ...object, read: () => decompress(object.read(), compressionOf(input), input) }
  }
  if (!isParquet(input)) return openFileSource(input)
  const { openParquetSource } = await import('@scaling-mlops/adapters/parquet')
  return openParquetSource(await openFileAccess(input), { keepRows: isParquet(target) })
}

/** Where scored rows go, after so many bytes of what an earlier run left. */
export async function openScoreSink(
  { target }: FilePair,
  source: Source,
  { task, explain }: { readonly task: Task; readonly explain: number },
  resumeAt: number | undefined,
): Promise<Sink> {
  if (target === '-') return openStreamSink(process.stdout)
  if (isS3(target)) return (await import('./score-objects.ts')).openObjectSink(target)
  const file = await openFileSink(target, resumeAt === undefined ? {} : { resumeAt })
  if (!isParquet(target)) return file
  const { openParquetSink } = await import('@scaling-mlops/adapters/parquet')
  return openParquetSink(file, source as ParquetSource, addedTo(task, explain))
}

/** Where rows that fail are described; nothing is left there where `wanted` says so in the end. */
export async function openErrorsSink(
  { errors }: FilePair,
  wanted: () => boolean,
  resumeAt: number | undefined,
): Promise<Sink> {
  if (errors === undefined) return openStreamSink(process.stderr)
  if (isS3(errors)) return (await import('./score-objects.ts')).openObjectSink(errors, wanted)
  return openFileSink(errors, { wanted, ...(resumeAt === undefined ? {} : { resumeAt }) })
}

/** What a score adds to a row of Parquet, as NDJSON names it. */
function addedTo({ kind }: Task, explain: number): AddedColumn[] {
  const prediction = { binary: 'BOOLEAN', multiclass: 'STRING', regression: 'DOUBLE' } as const
  return [
    ...(kind === 'regression' ? [] : [{ name: 'probability', type: 'DOUBLE' } as const]),
    { name: 'prediction', type: prediction[kind] },
    ...(explain === 0 ? [] : [{ name: 'explanation', type: 'JSON' } as const]),
    { name: 'model_version', type: 'INT32' },
    { name: 'error', type: 'STRING' },
  ]
}
