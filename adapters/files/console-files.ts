import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'

/** A file as it is sent: whole, with the type browsers want, and compressed where the build left `FILE.gz` beside it. */
export type StaticFile = {
  readonly type: string
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly gzip: Uint8Array<ArrayBuffer> | undefined
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Reads all files of a built console into memory, by their path from its folder; undefined where there is no `index.html`. */
export async function readConsoleFiles(folder: string): Promise<ReadonlyMap<string, StaticFile> | undefined> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const paths = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
  const files = new Map<string, StaticFile>()
  for (const path of paths) {
    const type = TYPES[extname(path)]
    if (type === undefined) continue
    const gzip = paths.includes(`${path}.gz`) ? await readFile(`${path}.gz`) : undefined
    files.set(`/${relative(folder, path).split(sep).join('/')}`, { type, bytes: await readFile(path), gzip })
  }
  return files.has('/index.html') ? files : undefined
}
