import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { follow } from '../support/run.ts'
import { functionEnvironment, type RuntimeApi, startRuntimeApi, toError } from './runtime-api.ts'

export type Runtime = AsyncDisposable & {
  readonly invoke: RuntimeApi['invoke']
  readonly answerOf: RuntimeApi['answerOf']
  readonly started: RuntimeApi['started']
  /** From the start of the process to its first wish for an event. */
  initMs(): Promise<number>
  /** Processor time that the process has used so far, in milliseconds. */
  cpuMs(): number
  /** Resident memory in bytes. */
  memory(): number
  /** All it wrote to standard output and error so far. */
  output(): string
}

/** Runs a function in Lambda's runtime interface client, against a Runtime API on this machine. */
export async function startRuntime(
  client: string,
  folder: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Runtime> {
  const api = await startRuntimeApi()
  const begun = performance.now()
  const child: ChildProcess = spawn(process.execPath, [client, 'main.handler'], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      LAMBDA_TASK_ROOT: folder,
      ...functionEnvironment(api.address),
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const { output } = follow(child)
  return {
    invoke: api.invoke,
    answerOf: api.answerOf,
    started: api.started,
    async initMs() {
      const start = await api.started
      if ('error' in start) throw toError(start.error)
      return start.at - begun
    },
    cpuMs() {
      const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
      return (Number(fields[11]) + Number(fields[12])) * 10
    },
    memory: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) * 1024,
    output: () => output.stdout + output.stderr,
    async [Symbol.asyncDispose]() {
      api.close()
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'close')
    },
  }
}
