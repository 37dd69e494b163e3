import { crc32 } from 'node:zlib'
import {
  compress,
  compressionOf,
  decompress,
  openFileSource,
  openStreamSource,
  utf8,
} from '@scaling-mlops/adapters/files'
import { systemClock } from '@scaling-mlops/adapters/memory'
import type { Source } from '@scaling-mlops/core'
import { scoreFile } from '@scaling-mlops/core/files'
import { createBlockScorer } from '../files/open-block-scorer.ts'
import { type FilePair, isS3 } from './score-files.ts'
import type { OpenRows } from './score-run.ts'

/** Opens CSV or NDJSON, of a file, a pipe or S3. */
export async function openRecords({ input, format, compression }: FilePair): Promise<OpenRows> {
  const source = await openSource(input)
  return {
    share: () => (source.size ? Math.min(1, (source.bytesRead ?? 0) / source.size) : undefined),
    score: ({ threads, ...model }, options) =>
      scoreFile({
        ...options,
        source,
        format,
        features: model.manifest.features,
        scorer: threads ?? createBlockScorer(model, compression),
        text: utf8,
        clock: systemClock,
        checksum: crc32,
        pack: bytes => compress(bytes, compression),
      }),
  }
}

async function openSource(input: string): Promise<Source & { readonly bytesRead?: number }> {
  if (input === '-') return openStreamSource(process.stdin, 'stdin')
  if (!isS3(input)) return openFileSource(input)
  const { openObjectSource } = await import('./score-objects.ts')
  const object = await openObjectSource(input)
  return { ...object, read: () => decompress(object.read(), compressionOf(input), input) }
}
