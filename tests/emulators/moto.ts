import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { makePython } from '../python/environment.ts'

/** Starts moto's server on a free port of this machine, from a virtual environment under `.cache/` that is made once. */
export async function startMoto(): Promise<{ readonly endpoint: string; close(): Promise<void> }> {
  const python = await makePython(import.meta.dirname)
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
