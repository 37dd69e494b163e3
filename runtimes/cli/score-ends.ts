import {
  openFileAccess,
  openFileSink,
  openFileSource,
  openStreamSink,
  openStreamSource,
} from '@scaling-mlops/adapters/files'
import type { AddedColumn, ParquetSource } from '@scaling-mlops/adapters/parquet'
import type { Sink, Source, Task } from '@scaling-mlops/core'
import { type FilePair, isParquet } from './score-files.ts'

/** Where rows come from: a pipe, a file, a Parquet file as lines. `bytesRead` of `size` tells how far the reading is. */
export async function openScoreSource({ input, target }: FilePair): Promise<Source & { readonly bytesRead?: number }> {
  if (input === '-') return openStreamSource(process.stdin, 'stdin')
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
  const file = await openFileSink(target, resumeAt === undefined ? {} : { resumeAt })
  if (!isParquet(target)) return file
  const { openParquetSink } = await import('@scaling-mlops/adapters/parquet')
  return openParquetSink(file, source as ParquetSource, addedTo(task, explain))
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
