import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { access, mkdir, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Starts moto's server on a free port of this machine, from a virtual environment under `.cache/` that is made once. */
export async function startMoto(): Promise<{ readonly endpoint: string; close(): Promise<void> }> {
  const python = await makeEnvironment()
  const port = await freePort()
  const endpoint = `http://127.0.0.1:${port}`
  const server = spawn(python, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' })
  await answering(`${endpoint}/moto-api/`, server)
  return {
    endpoint,
    async close() {
      const exited = new Promise(resolve => server.once('exit', resolve))
      server.kill()
      await exited
    },
  }
}

async function makeEnvironment(): Promise<string> {
  const requirements = fileURLToPath(new URL('requirements.txt', import.meta.url))
  const hash = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex')
  const folder = fileURLToPath(new URL(`../../.cache/moto-${hash.slice(0, 12)}`, import.meta.url))
  const ready = await access(`${folder}/ready`).then(
    () => true,
    () => false,
  )
  if (!ready) {
    await rm(folder, { recursive: true, force: true })
    await run('python3', ['-m', 'venv', folder])
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--requirement', requirements]
    await run(`${folder}/bin/python`, pip)
    await mkdir(`${folder}/ready`)
  }
  return `${folder}/bin/python`
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function answering(url: string, server: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (server.exitCode !== null) throw new Error(`moto ended with ${server.exitCode} before it answered`)
    const answers = await fetch(url).then(
      () => true,
      () => false,
    )
    if (answers) return
    await setTimeout(100)
  }
  throw new Error('moto does not answer')
}
