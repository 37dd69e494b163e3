import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { build } from 'vite'

/**
 * Builds the console into `dist/console`, with `FILE.gz` beside what is worth compressing. `--if-newer` builds only where a source is
 * newer than the last build, so that a start costs nothing. API_ORIGIN builds it for an API on another origin, `--out FOLDER` somewhere else.
 */
const here = fileURLToPath(new URL('.', import.meta.url))
const { values: flags } = parseArgs({ options: { 'if-newer': { type: 'boolean' }, out: { type: 'string' } } })
// npm runs this in its own folder, and a path is meant from where npm was called
const target = resolve(
  process.env.INIT_CWD ?? '.',
  flags.out ?? fileURLToPath(new URL('../../dist/console', import.meta.url)),
)
const sources = [
  here,
  ...['adapters/report', 'core'].map(folder => fileURLToPath(new URL(`../../${folder}`, import.meta.url))),
]

// whoever builds from a test has another environment, which React would be built for
process.env.NODE_ENV = 'production'

const isFresh = flags['if-newer'] === true && (await newest(sources)) < (await builtAt())
if (!isFresh) {
  const partial = `${target}.partial`
  await build({ configFile: join(here, 'vite.config.ts'), logLevel: 'warn', build: { outDir: partial } })
  for (const path of await filesOf(partial))
    await writeFile(`${path}.gz`, await promisify(gzip)(await readFile(path), { level: 9 }))
  await rm(target, { recursive: true, force: true })
  await rename(partial, target)
}

async function builtAt(): Promise<number> {
  return stat(join(target, 'index.html')).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  )
}

async function newest(folders: readonly string[]): Promise<number> {
  const files = (await Promise.all(folders.map(filesOf))).flat()
  const times = await Promise.all(files.map(async path => (await stat(path)).mtimeMs))
  return Math.max(...times)
}

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter(entry => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .map(entry => join(entry.parentPath, entry.name))
}
