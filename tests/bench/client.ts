import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTarget, runClosedLoop } from '@scaling-mlops/adapters/load'
import { cpuSecondsOf } from './process-tree.ts'

export type Load = {
  readonly url: string
  readonly body: string
  readonly connections: number
  readonly seconds: number
  readonly warmUpSeconds: number
}

export type Measured = {
  /** Answers of any status. */
  readonly answers: number
  /** Answers of the 200s a second. */
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
  /** Answers other than 2xx, and requests without one. */
  readonly bad: number
  /** Share of a core that the client used. */
  readonly clientCpu: number
}

/** A closed-loop client: loads a server for a while and says what it measured. */
export type Client = (load: Load) => Promise<Measured>

const HEADERS = { 'content-type': 'application/json' }

/** Our own load generator, in this process. */
export const ours: Client = async ({ url, body, connections, seconds, warmUpSeconds }) => {
  const target = createTarget(url, { method: 'POST', headers: HEADERS, body })
  const { accepted, answers, failures, generator } = await runClosedLoop({
    target,
    connections,
    durationMs: seconds * 1000,
    warmUpMs: warmUpSeconds * 1000,
  })
  const failed = Object.values(failures).reduce((sum, count) => sum + count, 0)
  const { p50, p99 } = accepted.latency
  return {
    answers,
    perSecond: accepted.perSecond,
    p50,
    p99,
    bad: answers - accepted.count + failed,
    clientCpu: generator.cpu,
  }
}

/** wrk, about a third as dear for its core. */
export const wrk: Client = async load => {
  if (load.warmUpSeconds > 0) await runWrk(load, load.warmUpSeconds)
  return runWrk(load, load.seconds)
}

async function runWrk({ url, body, connections }: Load, seconds: number): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'wrk-'))
  const script = join(folder, 'post.lua')
  writeFileSync(join(folder, 'body.json'), body)
  writeFileSync(script, luaScript(join(folder, 'body.json')))
  try {
    const args = [
      '-t',
      '1',
      '-c',
      String(connections),
      '-d',
      `${Math.ceil(seconds)}s`,
      '--timeout',
      '30s',
      '-s',
      script,
      url,
    ]
    const child = spawn('wrk', args, { stdio: ['ignore', 'pipe', 'inherit'] })
    let cpu = 0
    const watch = setInterval(() => {
      cpu = cpuSecondsOf(child.pid as number) || cpu
    }, 100)
    const chunks: Buffer[] = []
    child.stdout.on('data', chunk => chunks.push(chunk))
    const [code] = await once(child, 'close')
    clearInterval(watch)
    const result = /^RESULT (.*)$/m.exec(Buffer.concat(chunks).toString())?.[1]
    if (code !== 0 || result === undefined) throw new Error(`wrk ended with ${code}: ${Buffer.concat(chunks)}`)
    const { requests, microseconds, p50, p99, bad } = JSON.parse(result)
    const elapsed = microseconds / 1e6
    return {
      answers: requests,
      perSecond: (requests - bad) / elapsed,
      p50: p50 / 1000,
      p99: p99 / 1000,
      bad,
      clientCpu: cpu / elapsed,
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function luaScript(bodyFile: string): string {
  return `
local file = io.open(${JSON.stringify(bodyFile)}, "rb")
wrk.method = "POST"
wrk.body = file:read("*a")
wrk.headers["content-type"] = "application/json"
function done(summary, latency)
  local e = summary.errors
  io.write(string.format('RESULT {"requests":%d,"microseconds":%d,"p50":%d,"p99":%d,"bad":%d}\\n', summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), e.status + e.connect + e.read + e.write + e.timeout))
end
`
}
