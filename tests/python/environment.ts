import { execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { access, mkdir, readFile, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A Python with the pinned requirements, in a virtual environment under `.cache/` that is made once and remade where they change. */
export async function openPython(): Promise<Python> {
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
  return (script, args, input = '') => runScript(python, [pathOf(script), ...args], input)
}

/** Runs a script of this folder and answers what it printed; rejects with what it said on stderr where it failed. */
export type Python = (script: string, args: readonly string[], input?: string) => Promise<string>

/** The same for one of our own scripts. */
export function runNode(script: string): Promise<string> {
  return runScript(process.execPath, [pathOf(script)], '')
}

function pathOf(script: string): string {
  return fileURLToPath(new URL(script, import.meta.url))
}

function runScript(program: string, args: readonly string[], input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args)
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', text => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', text => {
      stderr += text
    })
    child.on('error', reject)
    child.on('close', code => (code === 0 ? resolve(stdout) : reject(new Error(stderr || `exit code ${code}`))))
    child.stdin.end(input)
  })
}
