import { open } from 'node:fs/promises'
import type { RandomAccess } from '@scaling-mlops/core'
import { openFileSource } from './file-source.ts'

/** A file that is read here and there. Rejects with `invalid_data` where it is not there or not a file. */
export async function openFileAccess(path: string): Promise<RandomAccess> {
  const { size = 0, assertUnchanged } = await openFileSource(path)
  const file = await open(path)
  return {
    name: path,
    byteLength: size,
    async slice(start, end = size) {
      const bytes = new Uint8Array(end - start)
      for (let at = 0; at < bytes.length; ) {
        const { bytesRead } = await file.read(bytes, at, bytes.length - at, start + at)
        if (bytesRead === 0) throw new Error('it is shorter than it was')
        at += bytesRead
      }
      return bytes.buffer
    },
    assertUnchanged,
    close: () => file.close(),
  }
}
