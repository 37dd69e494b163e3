import { randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The versions of one model, as a training leaves them. */
export type ModelFolder = {
  /** The highest version with its manifest (unchecked), or undefined where there is none yet. */
  newest(): Promise<{ readonly version: number; readonly manifest: unknown } | undefined>
  /** A text file beside the versions, or undefined. */
  read(file: string): Promise<string | undefined>
  /** Writes all files of a version at once: they are there in whole or not at all. Rejects where the version exists. */
  publish(version: number, files: Readonly<Record<string, string | Uint8Array>>): Promise<void>
  /** Writes a file beside the versions unless there is one, which may be somebody's work. */
  writeIfAbsent(file: string, text: string): Promise<void>
}

export function openModelFolder(folder: string): ModelFolder {
  const read = (file: string): Promise<string | undefined> =>
    readFile(join(folder, file), 'utf8').catch(error => {
      if (error.code === 'ENOENT') return undefined
      throw error
    })

  return {
    read,
    async newest() {
      const entries = await readdir(folder).catch(() => [])
      const versions = entries.filter(name => /^[1-9]\d{0,8}$/.test(name)).map(Number)
      if (versions.length === 0) return undefined
      const version = Math.max(...versions)
      const text = await read(join(String(version), 'manifest.json'))
      return { version, manifest: text === undefined ? undefined : parsed(text) }
    },
    async publish(version, files) {
      // a name of its own for each writer, of this process too
      const partial = join(folder, `.${version}-${randomUUID()}.partial`)
      await mkdir(partial, { recursive: true })
      try {
        for (const [file, content] of Object.entries(files)) await writeFile(join(partial, file), content)
        await rename(partial, join(folder, String(version)))
      } catch (error) {
        await rm(partial, { recursive: true, force: true })
        throw error
      }
    },
    async writeIfAbsent(file, text) {
      await writeFile(join(folder, file), text, { flag: 'wx' }).catch(error => {
        if (error.code !== 'EEXIST') throw error
      })
    },
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
