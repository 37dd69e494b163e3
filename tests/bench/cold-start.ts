import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { launchOurs } from './contestants.ts'
import { coresFor } from './pinning.ts'
import { root, startServer } from './server-process.ts'
import { median } from './statistics.ts'

export type ColdStart = { readonly entry: string; readonly milliseconds: readonly number[]; readonly median: number }

/** The container's entry from `node` starting to `/health/ready` saying yes, the churn bundle loaded and checked. */
export async function measureColdStarts(times: number): Promise<ColdStart[]> {
  const entries = ['dist/container/main.js', 'runtimes/container/main.ts'].filter(entry =>
    existsSync(join(root, entry)),
  )
  const results: ColdStart[] = []
  for (const entry of entries) {
    const milliseconds: number[] = []
    for (let time = 0; time < times; time++) {
      const launch = launchOurs()
      const started = performance.now()
      const server = await startServer(port => ({ ...launch(port), args: [join(root, entry)] }), {
        cores: coresFor(1),
        readyPath: '/health/ready',
      })
      milliseconds.push(performance.now() - started)
      await server.stop()
    }
    results.push({ entry, milliseconds, median: median(milliseconds) })
  }
  return results
}
