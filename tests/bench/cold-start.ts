import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { launchOurs } from './contestants.ts'
import { coresFor } from './pinning.ts'
import { root, startServer } from './server-process.ts'
import { median } from './statistics.ts'

export type ColdStart = { readonly entry: string; readonly milliseconds: readonly number[]; readonly median: number }

/** What the image starts, first, since that is what the target is for; then the same from its sources. */
const ENTRIES = ['dist/container/main.js', 'runtimes/container/main.ts']
const BARE = 'node -e 0'

/**
 * The container's entry from `node` starting to `/health/ready` saying yes, the churn bundle loaded and checked: the bundle as the image
 * has it, built here, and the sources. A Node that starts and ends with nothing to do is measured beside them, in turns.
 */
export async function measureColdStarts(times: number): Promise<ColdStart[]> {
  await runNode(join(root, 'runtimes/container/build.ts'))
  const measured = new Map<string, number[]>([...ENTRIES, BARE].map(entry => [entry, []]))
  for (let time = 0; time < times; time++)
    for (const [entry, milliseconds] of measured)
      milliseconds.push(await (entry === BARE ? timeOf(() => runNode('-e', '0')) : timeToReady(entry)))
  return [...measured].map(([entry, milliseconds]) => ({ entry, milliseconds, median: median(milliseconds) }))
}

async function timeToReady(entry: string): Promise<number> {
  const launch = launchOurs()
  const started = performance.now()
  const server = await startServer(
    port => {
      const { args, ...others } = launch(port)
      return { ...others, args: [...args.slice(0, -1), join(root, entry)] }
    },
    { cores: coresFor(1), readyPath: '/health/ready' },
  )
  const milliseconds = performance.now() - started
  await server.stop()
  return milliseconds
}

async function timeOf(work: () => Promise<void>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

async function runNode(...args: readonly string[]): Promise<void> {
  const [code] = await once(spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] }), 'exit')
  if (code !== 0) throw new Error(`node ${args.join(' ')} ended with ${code}`)
}
