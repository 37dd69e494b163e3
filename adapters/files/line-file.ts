import { open } from 'node:fs/promises'
import type { LineSink } from '@scaling-mlops/core'

const INTERVAL_MS = 1_000

/**
 * Appends lines to a file that its owner alone can read. It is opened for each block, so that it may be moved away at any time, and to
 * append, so that those of several processes stand one after the other.
 */
export function openLineFile(path: string): LineSink {
  let isTorn = false
  return {
    intervalMs: INTERVAL_MS,
    async write(lines) {
      const file = await open(path, 'a', 0o600)
      try {
        // a disk that was full has half a line, and what follows stays apart from it
        const bytes = Buffer.from(isTorn ? `\n${lines}` : lines)
        for (let written = 0; written < bytes.length; ) {
          written += (await file.write(bytes, written)).bytesWritten
          isTorn = written < bytes.length
        }
      } finally {
        await file.close()
      }
    },
    close() {},
  }
}
