import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Writable } from 'node:stream'
import { InvalidDataError, type Sink } from '@scaling-mlops/core'

type FileSinkOptions = {
  /** Goes on after so many bytes of what an earlier run left; without it the file begins anew. */
  readonly resumeAt?: number
  /** Whether the target is wanted at all in the end; else it is removed with what stood there before. */
  readonly wanted?: () => boolean
}

/** A file that is written as `<path>.partial` and takes its name when it is whole and on the disk. */
export async function openFileSink(
  path: string,
  { resumeAt, wanted = () => true }: FileSinkOptions = {},
): Promise<Sink> {
  const partial = `${path}.partial`
  const file = await open(partial, resumeAt === undefined ? 'w' : 'r+')
  if (resumeAt !== undefined) {
    const { size } = await file.stat()
    if (size < resumeAt) {
      await file.close()
      throw new InvalidDataError(
        { source: partial },
        `${size} bytes where the interrupted run had ${resumeAt}; run without --resume to begin anew`,
      )
    }
    await file.truncate(resumeAt)
  }
  let at = resumeAt ?? 0
  let isOpen = true

  const close = async (): Promise<void> => {
    if (isOpen) await file.close()
    isOpen = false
  }
  return {
    async write(bytes) {
      let written = 0
      while (written < bytes.length)
        written += (await named(partial, file.write(bytes, written, bytes.length - written, at + written))).bytesWritten
      at += bytes.length
    },
    flush: () => named(partial, file.datasync()),
    async commit() {
      await named(partial, file.sync())
      await close()
      if (wanted()) await rename(partial, path)
      else await Promise.all([rm(partial, { force: true }), rm(path, { force: true })])
      await syncFolder(dirname(path))
    },
    close,
  }
}

/** A rename is on the disk when its folder is. */
export async function syncFolder(folder: string): Promise<void> {
  let handle: FileHandle | undefined
  try {
    handle = await open(folder, 'r')
    await handle.sync()
  } catch {
    // not every system opens folders; the rename is then as durable as that system makes it
  } finally {
    await handle?.close()
  }
}

/** Errors of an open file do not say which file it is. */
async function named<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw Object.assign(error as Error, { path })
  }
}

/** A pipe that another program reads; nothing about it is durable. */
export function openStreamSink(stream: Writable): Sink {
  let failure: Error | undefined
  stream.on('error', error => {
    failure = error
  })
  return {
    async write(bytes) {
      if (failure) throw failure
      await new Promise<void>((resolve, reject) => stream.write(bytes, error => (error ? reject(error) : resolve())))
    },
    async flush() {},
    async commit() {},
    async close() {},
  }
}
