import { pipeline, Readable } from 'node:stream'
import { constants, createGunzip, createZstdDecompress, gzipSync, zstdCompressSync } from 'node:zlib'
import { InvalidDataError } from '@scaling-mlops/core'
import { ZstdFormatError, zstdFrames } from './zstd-frames.ts'

export type Compression = 'none' | 'gzip' | 'zstd'

/** What the ending of a name says. */
export function compressionOf(name: string): Compression {
  return /\.gz$/i.test(name) ? 'gzip' : /\.zst$/i.test(name) ? 'zstd' : 'none'
}

const ZSTD = { params: { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 } }

/** Bytes as one gzip member or zstd frame of their own: one after another they are a valid file, whatever their number. */
export function compress(bytes: Uint8Array, compression: Compression): Uint8Array {
  if (compression === 'none') return bytes
  return compression === 'gzip' ? gzipSync(bytes, { level: 4 }) : zstdCompressSync(bytes, ZSTD)
}

/** Unpacks a stream; its chunks are fetched as they are asked for. Rejects with `invalid_data` where it is damaged or ends too early. */
export async function* decompress(
  stream: AsyncIterable<Uint8Array>,
  compression: Compression,
  source: string,
): AsyncGenerator<Uint8Array> {
  try {
    if (compression === 'none') yield* stream
    else if (compression === 'gzip') yield* through(stream, createGunzip({ chunkSize: CHUNK }))
    else for await (const frame of zstdFrames(stream)) yield* through(frame, createZstdDecompress({ chunkSize: CHUNK }))
  } catch (cause) {
    const { code = '', message } = cause as NodeJS.ErrnoException
    if (!/^(Z_|ZSTD_)/.test(code) && !(cause instanceof ZstdFormatError)) throw cause
    throw new InvalidDataError({ source }, `the ${compression} data is damaged or ends too early: ${message}`)
  }
}

const CHUNK = 1 << 18

async function* through(
  bytes: AsyncIterable<Uint8Array>,
  decoder: ReturnType<typeof createGunzip> | ReturnType<typeof createZstdDecompress>,
): AsyncGenerator<Uint8Array> {
  // errors of either end both, and leaving early as well
  for await (const chunk of pipeline(Readable.from(bytes, { objectMode: false }), decoder, () => {}))
    yield chunk as Uint8Array
}
