// Preloaded (`node --import ./start-once.ts main.js`), it ends the server as soon as it is ready, as a container is ended. What V8 has
// compiled by then is what a start needs, and a process that ends writes it to NODE_COMPILE_CACHE.

import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'

const PATIENCE_MS = 60_000

/** A port that nobody has: a build that shares the machine's network would else take another server's readiness for its own. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}

async function endWhenReady(port: number): Promise<void> {
  for (const begun = performance.now(); performance.now() - begun < PATIENCE_MS; ) {
    const answer = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined)
    if (answer?.ok) return void process.kill(process.pid, 'SIGTERM')
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  throw new Error(`the server is not ready after ${PATIENCE_MS / 1000} s`)
}

const port = await freePort()
process.env.PORT = String(port)
void endWhenReady(port)
