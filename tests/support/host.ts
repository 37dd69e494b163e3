import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { readConfiguration } from '@scaling-mlops/runtimes/configuration'
import { compose } from '@scaling-mlops/runtimes/container'
import { tokens } from '@scaling-mlops/runtimes/container/tokens'
import { serve } from '@scaling-mlops/runtimes/serve'

/** A place the server runs in, as the suites see it: requests go in by path, responses come out. */
export type Host = {
  fetch(path: string, init?: RequestInit): Promise<Response>
  close(): Promise<void>
}

export type Environment = Readonly<Record<string, string>>

export const root = fileURLToPath(new URL('../..', import.meta.url))
export const repository = `${root}/models`

export const configurationOf = (environment: Environment) =>
  readConfiguration({
    flags: {},
    environment: { MODEL_REPOSITORY: repository, LOG_LEVEL: 'silent', PORT: '0', ...environment },
    file: {},
  }).configuration

/** The app alone, called as a function. */
export async function openMemoryHost(environment: Environment = {}): Promise<Host> {
  const container = compose(configurationOf(environment))
  const app = await container.getAsync(tokens.httpApp)
  container.get(tokens.readiness).ready = true
  return {
    fetch: (path, init) => app(new Request(`http://localhost${path}`, init)),
    close: () => container.unbindAllAsync(),
  }
}

/** A real server in this process. */
export async function openServerHost(environment: Environment = {}): Promise<Host & { readonly url: string }> {
  const { url, stop } = await serve(configurationOf(environment))
  return { url, fetch: (path, init) => fetch(`${url}${path}`, init), close: stop }
}

export type ProcessHost = Host & {
  readonly url: string
  readonly child: ChildProcess
  /** Lines of the log so far, parsed. */
  readonly log: readonly Readonly<Record<string, unknown>>[]
  /** Sends SIGTERM and answers the exit code. */
  stop(): Promise<number | null>
}

/** The container's own entry, or what Node is told to run, as a process of its own, as Docker would start it but for the seconds it drains. */
export async function openProcessHost(
  environment: Environment = {},
  ...words: readonly string[]
): Promise<ProcessHost> {
  const child = spawn(process.execPath, words.length === 0 ? ['runtimes/container/main.ts'] : words, {
    cwd: root,
    env: { PATH: process.env.PATH, HOST: '127.0.0.1', PORT: '0', DRAIN_SECONDS: '0', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const log: Record<string, unknown>[] = []
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', code => reject(new Error(`the server ended with ${code} before it listened`)))
    createInterface({ input: child.stdout }).on('line', line => {
      const entry = JSON.parse(line)
      log.push(entry)
      if (entry.msg === 'listening') resolve(entry.url)
    })
  })
  const stop = async (): Promise<number | null> => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
    child.kill('SIGTERM')
    const [code] = await once(child, 'exit')
    return code
  }
  return {
    url,
    child,
    log,
    fetch: (path, init) => fetch(`${url}${path}`, init),
    stop,
    close: async () => void (await stop()),
  }
}
