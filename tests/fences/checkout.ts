import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const project = fileURLToPath(new URL('../..', import.meta.url))
const rooms = ['core', 'adapters', 'runtimes', 'tests'] as const
const settings = ['package.json', 'package-lock.json', 'tsconfig.json', 'biome.json', 'turbo.json', '.gitignore']

/** A copy of the project's source in a temporary folder, with its packages and tools at hand, to be broken at will. */
export type Checkout = AsyncDisposable & {
  readonly folder: string
  /** Writes files for as long as `work` runs. Paths begin at the project's root. */
  with<T>(files: Readonly<Record<string, string>>, work: () => Promise<T>): Promise<T>
}

export async function openCheckout(): Promise<Checkout> {
  const folder = await mkdtemp(join(tmpdir(), 'fences-'))
  for (const entry of [...settings, ...rooms])
    await cp(join(project, entry), join(folder, entry), {
      recursive: true,
      filter: path => !['node_modules', '.turbo'].includes(basename(path)),
    })
  await linkPackages(folder)

  return {
    folder,
    async with(files, work) {
      for (const [path, source] of Object.entries(files)) {
        await mkdir(dirname(join(folder, path)), { recursive: true })
        await writeFile(join(folder, path), source)
      }
      try {
        return await work()
      } finally {
        for (const path of Object.keys(files)) await rm(join(folder, path))
      }
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}

/** Packages of others are those of the project; the project's own are those of the copy. */
async function linkPackages(folder: string): Promise<void> {
  const [installed, packages] = [join(project, 'node_modules'), join(folder, 'node_modules')]
  await mkdir(join(packages, '@scaling-mlops'), { recursive: true })
  for (const name of await readdir(installed))
    if (name !== '@scaling-mlops' && !name.startsWith('.'))
      await symlink(join(installed, name), join(packages, name), 'junction')
  for (const room of rooms) await symlink(join(folder, room), join(packages, '@scaling-mlops', room), 'junction')
}

/** A path of a copy as it is written from the project's root. */
export const fromRoot = (folder: string, path: string): string => relative(folder, path).replaceAll('\\', '/')
