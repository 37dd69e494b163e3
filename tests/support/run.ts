import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'

export type Outcome = { readonly code: number; readonly stdout: string; readonly stderr: string }

/** Runs a program to its end; 127 stands for one that is not there. */
export async function run(program: string, args: readonly string[], options: SpawnOptions = {}): Promise<Outcome> {
  const { output, ended } = follow(spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] }))
  return { code: await ended, ...output }
}

/** Runs a program that should succeed: its trimmed output, or an error with all it said. */
export async function runOrThrow(program: string, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run(program, args)
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}:\n${stdout}${stderr}`)
  return stdout.trim()
}

/** Gathers what a process writes, and its exit code. */
export function follow(child: ChildProcess): { output: { stdout: string; stderr: string }; ended: Promise<number> } {
  const output = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream]?.setEncoding('utf8').on('data', text => {
      output[stream] += text
    })
  const ended = new Promise<number>(resolve => {
    child.on('error', () => resolve(127))
    child.on('close', code => resolve(code ?? 128))
  })
  return { output, ended }
}
