import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { access, mkdir, readFile, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * A Python with the pinned requirements of a folder of tests, in a virtual environment under `.cache/` that is made once and remade where
 * they change. Answers the path of its interpreter.
 */
export async function makePython(
  folder = import.meta.dirname,
  requirements = `${folder}/requirements.txt`,
): Promise<string> {
  const hash = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex')
    .slice(0, 12)
  const environment = fileURLToPath(new URL(`../../.cache/python-${hash}`, import.meta.url))
  const python = `${environment}/bin/python`
  const ready = await access(`${environment}/ready`).then(
    () => true,
    () => false,
  )
  if (!ready) {
    await rm(environment, { recursive: true, force: true })
    await mkdir(environment, { recursive: true })
    await run('python3', ['-m', 'venv', environment])
    await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--requirement', requirements])
    await mkdir(`${environment}/ready`)
  }
  return python
}

/** Runs scripts of a folder in its Python; answers what they print. */
export async function openPython(
  folder = import.meta.dirname,
): Promise<(script: string, ...args: string[]) => Promise<string>> {
  const python = await makePython(folder)
  return async (script, ...args) =>
    (await run(python, [`${folder}/${script}`, ...args], { maxBuffer: 64 * 1024 * 1024 })).stdout
}
