import { readdir, readFile } from 'node:fs/promises'
import { join, matchesGlob } from 'node:path'

/**
 * The files of a folder that `docker build` would see, by sorted path: its `.dockerignore` says which. Of two lines that match the
 * later one holds, and what holds for a folder holds for what is in it.
 */
export async function listBuildContext(root: string): Promise<readonly string[]> {
  const rules = parseRules(await readFile(join(root, '.dockerignore'), 'utf8'))
  const files: string[] = []

  const walk = async (folder: string, ignored: boolean): Promise<void> => {
    for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      const isIgnored = rules.findLast(({ pattern }) => matches(path, pattern))?.ignores ?? ignored
      if (entry.isDirectory()) {
        const mayHold = rules.some(({ ignores, pattern }) => !ignores && pattern.startsWith(`${path}/`))
        if (!isIgnored || mayHold) await walk(path, isIgnored)
      } else if (entry.isFile() && !isIgnored) files.push(path)
    }
  }

  await walk('', false)
  return files.sort()
}

/** Docker's stars take names that begin with a dot, Node's do not: so no name begins with one here. */
function matches(path: string, pattern: string): boolean {
  const withoutDots = (names: string): string => names.replace(/(^|\/)\./g, '$1_')
  return matchesGlob(withoutDots(path), withoutDots(pattern))
}

function parseRules(text: string): readonly { readonly pattern: string; readonly ignores: boolean }[] {
  return text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '' && !line.startsWith('#'))
    .map(line => ({ pattern: line.replace(/^!/, '').replace(/^\/|\/$/g, ''), ignores: !line.startsWith('!') }))
}
