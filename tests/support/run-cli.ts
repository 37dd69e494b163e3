import { fileURLToPath } from 'node:url'
import { type Outcome, run } from './run.ts'

const program = fileURLToPath(new URL('../../runtimes/cli/bin.js', import.meta.url))

/** Runs the command line as a user does, away from any terminal. */
export function runCli(...args: string[]): Promise<Outcome> {
  return run(process.execPath, [program, ...args])
}
