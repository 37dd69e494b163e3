import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { canPin, cores } from './pinning.ts'
import { median } from './statistics.ts'

const run = promisify(execFile)

/**
 * How many times as much two processes score as one, with no server and no client between them: no number of workers can pass what the
 * cores themselves allow, which on a shared machine is less than two.
 */
export async function measureCeiling(
  graph: string,
  { rounds, seconds }: { readonly rounds: number; readonly seconds: number },
): Promise<number> {
  const ratios: number[] = []
  for (let round = 0; round < rounds; round++) {
    const alone = await scoreAlone(graph, 0, seconds)
    const together = await Promise.all([0, 1 % cores].map(core => scoreAlone(graph, core, seconds)))
    ratios.push(together.reduce((sum, runs) => sum + runs, 0) / alone)
  }
  return median(ratios)
}

async function scoreAlone(graph: string, core: number, seconds: number): Promise<number> {
  const command = [process.execPath, join(import.meta.dirname, 'contestants/score-alone.ts'), graph, String(seconds)]
  const [program = '', ...args] = canPin ? ['taskset', '-c', String(core), ...command] : command
  return Number((await run(program, args)).stdout)
}
