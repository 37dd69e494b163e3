import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { access, mkdir, readFile, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A Python with the pinned requirements, in a virtual environment under `.cache/` that is made once and remade where they change. */
export async function openPython(): Promise<(script: string, ...args: string[]) => Promise<void>> {
  const requirements = fileURLToPath(new URL('requirements.txt', import.meta.url))
  const hash = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex')
    .slice(0, 12)
  const folder = fileURLToPath(new URL(`../../.cache/python-${hash}`, import.meta.url))
  const python = `${folder}/bin/python`
  const ready = await access(`${folder}/ready`).then(
    () => true,
    () => false,
  )
  if (!ready) {
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder, { recursive: true })
    await run('python3', ['-m', 'venv', folder])
    await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--requirement', requirements])
    await mkdir(`${folder}/ready`)
  }
  return async (script, ...args) => {
    await run(python, [fileURLToPath(new URL(script, import.meta.url)), ...args])
  }
}
