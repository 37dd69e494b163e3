import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from '../support/free-port.ts'
import { canPin } from './pinning.ts'
import { cpuSecondsOf, residentBytesOf } from './process-tree.ts'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** How a server is started: the port comes in, the command line goes out. */
export type Launch = {
  readonly command: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
}

export type ServerProcess = {
  readonly url: string
  readonly pid: number
  /** CPU time of the server and all its children until now. */
  cpuSeconds(): number
  residentBytes(): number
  /** How it ended by itself or by somebody's hand; undefined while it runs. */
  ending(): string | undefined
  stop(): Promise<void>
}

export type StartOptions = {
  /** The cores it may run on, where the system can pin. */
  readonly cores?: string | undefined
  readonly port?: number
  /** A path that answers once it serves. */
  readonly readyPath?: string
}

/** Starts a server in a process group of its own and waits until it answers. Rejects with the end of its log where it does not within a minute. */
export async function startServer(
  launch: (port: number) => Launch,
  options: StartOptions = {},
): Promise<ServerProcess> {
  const port = options.port ?? (await freePort())
  const { command, args, env = {}, cwd = root } = launch(port)
  const [program = command, ...rest] =
    canPin && options.cores !== undefined ? ['taskset', '-c', options.cores, command, ...args] : [command, ...args]
  // its log goes to a file, which is what becomes of a container's output too
  const folder = mkdtempSync(join(tmpdir(), 'server-'))
  const logFile = join(folder, 'log')
  const log = openSync(logFile, 'w')
  const child = spawn(program, rest, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', log, log],
    detached: true,
  })
  closeSync(log)
  const ended = once(child, 'exit')
  child.on('error', () => {})
  const stop = async (): Promise<void> => {
    await end(child, ended)
    rmSync(folder, { recursive: true, force: true })
  }
  const url = `http://127.0.0.1:${port}`
  try {
    await answers(`${url}${options.readyPath ?? '/ping'}`, child)
  } catch (error) {
    const said = readFileSync(logFile, 'utf8').trim().slice(-1000)
    await stop()
    throw new Error(`${(error as Error).message}${said === '' ? '' : `, having said: ${said}`}`, { cause: error })
  }
  const pid = child.pid as number
  return {
    url,
    pid,
    cpuSeconds: () => cpuSecondsOf(pid),
    residentBytes: () => residentBytesOf(pid),
    ending: () => (child.signalCode ?? child.exitCode ?? undefined)?.toString(),
    stop,
  }
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  const giveUp = performance.now() + 60_000
  for (;;) {
    if (child.exitCode !== null || child.pid === undefined)
      throw new Error(`${child.spawnargs.join(' ')} ended with ${child.exitCode} before it answered`)
    const answer = await fetch(url).catch(() => undefined)
    await answer?.arrayBuffer()
    if (answer?.ok) return
    if (performance.now() > giveUp) throw new Error(`${child.spawnargs.join(' ')} did not answer at ${url}`)
    await after(20)
  }
}

async function end(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  if (child.pid === undefined) return
  signal(child.pid, 'SIGTERM')
  const late = setTimeout(() => signal(child.pid as number, 'SIGKILL'), 5_000)
  if (child.exitCode === null && child.signalCode === null) await ended
  clearTimeout(late)
  signal(child.pid, 'SIGKILL') // what is left of its group
}

function signal(group: number, name: NodeJS.Signals): void {
  try {
    process.kill(-group, name)
  } catch {
    // the group has ended
  }
}
