import { openFileSink, openStreamSink } from '@scaling-mlops/adapters/files'
import type { Sink } from '@scaling-mlops/core'
import { type FilePair, isParquet, isS3 } from './score-files.ts'
import type { OpenRows } from './score-run.ts'

/** Where rows come from; what reads them is loaded only for files that need it. */
export async function openRows(pair: FilePair): Promise<OpenRows> {
  if (isParquet(pair.input)) return (await import('./score-columns.ts')).openColumns(pair)
  return (await import('./score-records.ts')).openRecords(pair)
}

/** Where scored rows go, after so many bytes of what an earlier run left. */
export async function openScoreSink({ target }: FilePair, resumeAt: number | undefined): Promise<Sink> {
  if (target === '-') return openStreamSink(process.stdout)
  if (isS3(target)) return (await import('./score-objects.ts')).openObjectSink(target)
  return openFileSink(target, resumeAt === undefined ? {} : { resumeAt })
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
