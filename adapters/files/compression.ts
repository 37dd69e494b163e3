import type { Readable } from 'node:stream'
import { createGunzip, gzipSync } from 'node:zlib'
import { InvalidDataError } from '@scaling-mlops/core'

export type Compression = 'none' | 'gzip'

/** What the ending of a name says. Throws `invalid_data` for .zst: Node's reader stops in silence after the first of several frames. */
export function compressionOf(name: string): Compression {
  if (name.endsWith('.zst'))
    throw new InvalidDataError({ source: name }, 'zstd is not supported; use .gz, or a pipe through zstd')
  return name.endsWith('.gz') ? 'gzip' : 'none'
}

/** Bytes as one gzip member of their own: members one after another are a valid file, whatever their number. */
export function compress(bytes: Uint8Array, compression: Compression): Uint8Array {
  return compression === 'none' ? bytes : gzipSync(bytes, { level: 4 })
}

/** Unpacks a stream; its chunks are fetched as they are asked for. Rejects with `invalid_data` where it is damaged or ends too early. */
export async function* decompress(
  stream: Readable,
  compression: Compression,
  source: string,
): AsyncGenerator<Uint8Array> {
  const through = compression === 'none' ? undefined : createGunzip({ chunkSize: 1 << 18 })
  if (through !== undefined) stream.on('error', error => through.destroy(error)).pipe(through)
  try {
    for await (const chunk of through ?? stream) yield chunk as Uint8Array
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    if (!code?.startsWith('Z_')) throw cause
    throw new InvalidDataError({ source }, `the ${compression} data is damaged or ends too early: ${message}`)
  } finally {
    stream.destroy()
    through?.destroy()
  }
}
