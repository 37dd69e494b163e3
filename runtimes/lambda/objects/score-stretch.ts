import { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import { type Compression, compress, compressionOf, decompress, utf8 } from '@scaling-mlops/adapters/files'
import type { Invocation, ObjectPlace } from '@scaling-mlops/adapters/lambda'
import { systemClock } from '@scaling-mlops/adapters/memory'
import type { S3Objects } from '@scaling-mlops/adapters/s3'
import { requireRows, type Servable, type Source } from '@scaling-mlops/core'
import { type FileFormat, type FileRange, type Progress, scoreFile, scoreRange } from '@scaling-mlops/core/files'
import { createBlockScorer } from '../../files/open-block-scorer.ts'
import type { ObjectFile } from './object-task.ts'

export type Stretch = {
  readonly file: ObjectFile
  readonly format: FileFormat
  readonly servable: Servable
  /** Part of an unpacked file; all of it by default. */
  readonly range?: FileRange
  readonly scored: ObjectPlace
  readonly errors: ObjectPlace
}

/** Whether so many failed rows are too many for the file as a whole: more than 100 and than one in a hundred, as at the command line. */
export function tooMany(failed: number, rows: number): boolean {
  return failed > Math.max(100, rows / 100)
}

/** Scores a file of S3 or one range of it into an object of its own, and its failed rows into another if there are any. Both are there in whole or not at all. */
export async function scoreStretch(objects: S3Objects, stretch: Stretch, { signal }: Invocation): Promise<Progress> {
  const { file, format, servable, range } = stretch
  const rows = requireRows(servable)
  const compression = compressionOf(file.key)
  let failed = 0
  const sink = objects.sink(stretch.scored, { signal })
  const errors = objects.sink(stretch.errors, { signal, wanted: () => failed > 0 })
  const job = {
    format,
    features: rows.manifest.features,
    scorer: createBlockScorer(rows, compression),
    sink,
    errors,
    text: utf8,
    clock: systemClock,
    checksum: crc32,
    pack: (bytes: Uint8Array) => compress(bytes, compression),
    signal,
  }
  try {
    const progress =
      range === undefined
        ? await scoreFile({ ...job, source: unpacked(objects.source(file, { signal }), compression), tooMany })
        : await scoreRange(
            { ...job, source: sourceFrom(objects, file, range, signal), tooMany: () => false },
            range,
            await headerOf(objects, file, range),
          )
    failed = progress.failed
    await errors.commit()
    await sink.commit()
    return progress
  } catch (error) {
    await Promise.allSettled([sink.close(), errors.close()])
    throw error
  }
}

/** The header of a file, and what comes from `start` on. */
export function sourceFrom(
  objects: S3Objects,
  file: ObjectFile,
  { head, start, end = file.size }: { readonly head: number; readonly start: number; readonly end?: number },
  signal: AbortSignal,
): Source {
  const stretches = [
    { start: 0, end: head },
    { start, end },
  ]
  return objects.source(file, { signal, stretches })
}

async function headerOf(objects: S3Objects, file: ObjectFile, { head }: FileRange): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of objects.source(file, { stretches: [{ start: 0, end: head }] }).read()) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function unpacked(source: Source, compression: Compression): Source {
  if (compression === 'none') return source
  return { ...source, size: undefined, read: () => decompress(Readable.from(source.read()), compression, source.name) }
}
