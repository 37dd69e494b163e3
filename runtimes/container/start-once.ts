// Preloaded (`node --import ./start-once.ts main.js`), it ends the server as soon as it is ready, as a container is ended. What V8 has
// compiled by then is what a start needs, and a process that ends writes it to NODE_COMPILE_CACHE.

const { PORT = '9696' } = process.env
const PATIENCE_MS = 60_000

async function endWhenReady(): Promise<void> {
  for (const begun = performance.now(); performance.now() - begun < PATIENCE_MS; ) {
    const answer = await fetch(`http://127.0.0.1:${PORT}/health/ready`).catch(() => undefined)
    if (answer?.ok) return void process.kill(process.pid, 'SIGTERM')
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  throw new Error(`the server is not ready after ${PATIENCE_MS / 1000} s`)
}

void endWhenReady()
