import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { syncFolder } from './file-sink.ts'

/** The files of background jobs: of each a folder with what came in, and what came of it. */
export type JobFiles = {
  /** Keeps a file as it arrives; on the disk when this resolves with its bytes. Rejects with what the stream or the disk rejects with, and leaves nothing. */
  receive(id: string, chunks: AsyncIterable<Uint8Array>): Promise<number>
  /** The whole file, whose ending says whether it is compressed. */
  inputOf(id: string): Promise<string>
  pathOf(id: string, output: JobOutput): string
  /** Undefined where there is no such file. */
  open(id: string, output: JobOutput): Promise<OpenedOutput | undefined>
  discard(id: string): Promise<void>
  /** Removes what no job has any more, but for what may still be on its way. */
  sweep(keep: ReadonlySet<string>): Promise<void>
}

export type JobOutput = 'result' | 'errors'

export type OpenedOutput = {
  readonly size: number
  /** Bytes from the first to the last of these. */
  read(first: number, last: number): ReadableStream<Uint8Array>
}

const INPUT = /^input(\.gz|\.zst)?$/
const ON_ITS_WAY_MS = 3_600_000

export function openJobFiles(folder: string, now: () => number): JobFiles {
  const folderOf = (id: string): string => join(folder, id)
  const pathOf = (id: string, name: string): string => join(folder, id, name)
  const discard = (id: string): Promise<void> => rm(folderOf(id), { recursive: true, force: true })
  return {
    async receive(id, chunks) {
      await mkdir(folderOf(id), { recursive: true })
      try {
        const partial = pathOf(id, 'input.partial')
        const { bytes, ending } = await write(partial, chunks)
        await rename(partial, pathOf(id, `input${ending}`))
        for (const path of [folderOf(id), folder, dirname(folder)]) await syncFolder(path)
        return bytes
      } catch (error) {
        await discard(id)
        throw error
      }
    },
    async inputOf(id) {
      const names = await readdir(folderOf(id))
      return pathOf(id, names.find(name => INPUT.test(name)) ?? 'input')
    },
    pathOf,
    async open(id, output) {
      const path = pathOf(id, output)
      const found = await stat(path).catch(() => undefined)
      return (
        found && {
          size: found.size,
          read: (first, last) =>
            Readable.toWeb(createReadStream(path, { start: first, end: last })) as ReadableStream<Uint8Array>,
        }
      )
    },
    discard,
    async sweep(keep) {
      for (const id of await readdir(folder).catch(() => [])) {
        if (keep.has(id)) continue
        const names = await readdir(folderOf(id)).catch(() => [])
        const times = await Promise.all(
          [folderOf(id), ...names.map(name => pathOf(id, name))].map(path =>
            stat(path).then(
              ({ mtimeMs }) => mtimeMs,
              () => 0,
            ),
          ),
        )
        if (Math.max(...times) < now() - ON_ITS_WAY_MS) await discard(id)
      }
    },
  }
}

/** Whether a file is compressed its first bytes say, whatever it is called. */
async function write(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
): Promise<{ readonly bytes: number; readonly ending: '' | '.gz' | '.zst' }> {
  await using file = await open(path, 'w')
  let first = ''
  let bytes = 0
  for await (const chunk of chunks) {
    if (bytes < 4) first += Buffer.from(chunk.subarray(0, 4 - bytes)).toString('hex')
    let written = 0
    while (written < chunk.length)
      written += (await file.write(chunk, written, chunk.length - written, bytes + written)).bytesWritten
    bytes += chunk.length
  }
  await file.sync()
  return { bytes, ending: first.startsWith('1f8b') ? '.gz' : first === '28b52ffd' ? '.zst' : '' }
}
