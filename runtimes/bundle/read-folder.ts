import { readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import type { ZipEntry } from './zip-archive.ts'

/** All files of a folder, their paths relative to it. */
export async function readFolder(folder: string): Promise<ZipEntry[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return Promise.all(
    entries
      .filter(entry => entry.isFile())
      .map(async entry => {
        const path = join(entry.parentPath, entry.name)
        return { path: relative(folder, path).replaceAll(sep, '/'), bytes: await readFile(path) }
      }),
  )
}
