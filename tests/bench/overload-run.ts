import { setTimeout as after } from 'node:timers/promises'
import { createTarget, type LoadReport, runClosedLoop, runOpenLoop, type Target } from '@scaling-mlops/adapters/load'
import type { Check } from '../soak/soak.ts'
import { launchOurs } from './contestants.ts'
import { coresFor, pinToClientCore } from './pinning.ts'
import { type ServerProcess, startServer } from './server-process.ts'
import { median } from './statistics.ts'

/** A server of ours that is going to get more than it can take. */
export type Victim = AsyncDisposable & {
  readonly server: ServerProcess
  /** A request with its deadline as users would send it. */
  readonly target: Target
  readonly budgetMs: number
}

export type Overload = {
  readonly report: LoadReport
  /** Server CPU of the loaded time, in seconds. */
  readonly cpuSeconds: number
  /** From the last arrival until a plain request was answered as before. */
  readonly recoveryMs: number
  /** Resident memory in its last third against its middle third. */
  readonly memoryGrowth: number
  readonly memoryBytes: number
}

export async function openVictim(
  body: string,
  budgetMs: number,
  settings: Readonly<Record<string, string>> = {},
): Promise<Victim> {
  pinToClientCore()
  const server = await startServer(launchOurs(settings), { cores: coresFor(1) })
  const headers = { 'content-type': 'application/json', 'x-request-timeout-ms': String(budgetMs) }
  return {
    server,
    budgetMs,
    target: createTarget(`${server.url}/predict`, { method: 'POST', headers, body }),
    [Symbol.asyncDispose]: () => server.stop(),
  }
}

export type Peak = {
  readonly perSecond: number
  /** CPU of one answer. */
  readonly cpuSeconds: number
}

/** What the server can do: the median of three stretches, since a machine has better and worse seconds, and the load that it is compared with has both. */
export async function measurePeak({ target, server }: Victim, connections: number, seconds: number): Promise<Peak> {
  const load = { target, connections, warmUpMs: 0 }
  await runClosedLoop({ ...load, durationMs: Math.max(1, seconds / 2) * 1000 })
  const before = server.cpuSeconds()
  const reports: LoadReport[] = []
  for (let time = 0; time < 3; time++) reports.push(await runClosedLoop({ ...load, durationMs: (seconds / 3) * 1000 }))
  const answers = reports.reduce((sum, { accepted }) => sum + accepted.count, 0)
  return {
    perSecond: median(reports.map(({ accepted }) => accepted.perSecond)),
    cpuSeconds: (server.cpuSeconds() - before) / answers,
  }
}

/** Sends `rate` requests a second for so long, watching memory, and then asks until the server is itself again. */
export async function overload({ target, server, budgetMs }: Victim, rate: number, seconds: number): Promise<Overload> {
  const usual = Math.max(...(await probe(server.url, target, 500)).map(({ ms }) => ms))
  const memory: number[] = []
  const watch = setInterval(() => memory.push(server.residentBytes()), Math.max(100, seconds * 5))
  const before = server.cpuSeconds()
  const cpuSeconds = after(seconds * 1000).then(() => server.cpuSeconds() - before)
  const recovery = after(seconds * 1000).then(() => probe(server.url, target, 3000))
  const report = await runOpenLoop({
    target,
    rate,
    pattern: 'poisson',
    // as many as a load balancer keeps open: Node takes one new connection in a turn of its event loop, and a burst of them would be measured
    connections: 512,
    // what two processors that are one core's threads take from each other would pass for the server's
    pacing: 'timer',
    warmUpMs: 0,
    durationMs: seconds * 1000,
    timeoutMs: Math.max(10_000, budgetMs * 4),
    // beyond what the server can so much as refuse, connections are full, and callers go away
    connectionTimeoutMs: budgetMs / 2,
  })
  const probes = await recovery
  clearInterval(watch)
  const third = Math.floor(memory.length / 3)
  return {
    report,
    cpuSeconds: await cpuSeconds,
    recoveryMs: probes.findLast(({ ok, ms }) => !ok || ms > usual * 2 + 20)?.endedMs ?? 0,
    memoryGrowth: median(memory.slice(-third)) / median(memory.slice(third, 2 * third)) - 1,
    memoryBytes: median(memory.slice(-third)),
  }
}

type Probe = { readonly ok: boolean; readonly ms: number; readonly endedMs: number }

/** One plain request after another, with a pause between them. */
async function probe(url: string, { bytes }: Target, milliseconds: number): Promise<Probe[]> {
  const body = bytes.subarray(bytes.indexOf('\r\n\r\n') + 4)
  const started = performance.now()
  const probes: Probe[] = []
  while (performance.now() - started < milliseconds) {
    const sent = performance.now()
    const response = await fetch(`${url}/predict`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: new Uint8Array(body),
    }).catch(() => undefined)
    await response?.arrayBuffer()
    const ended = performance.now()
    probes.push({ ok: response?.ok ?? false, ms: ended - sent, endedMs: ended - started })
    await after(5)
  }
  return probes
}

/** What must hold of any overload, whatever the model. */
export function checkOverload(
  name: string,
  budgetMs: number,
  { report, recoveryMs, memoryGrowth, memoryBytes }: Overload,
): Check[] {
  const { accepted, statuses, failures } = report
  const others = Object.keys(statuses).filter(status => !['200', '429', '503'].includes(status))
  const counts = [
    ...Object.entries(statuses).map(([status, { count }]) => `${count} × ${status}`),
    ...Object.entries(failures).map(([reason, count]) => `${count} × ${reason}`),
  ]
  return [
    {
      promise: `${name}: p99 of what is accepted within twice its deadline of ${budgetMs} ms`,
      measured: `${Math.round(accepted.latency.p99)} ms`,
      holds: accepted.latency.p99 <= 2 * budgetMs,
      isSpeed: true,
    },
    {
      promise: `${name}: nothing but 200, 429 and 503`,
      measured: counts.join(', '),
      holds: others.length === 0 && Object.keys(failures).every(reason => reason.startsWith('no connection within')),
    },
    {
      promise: `${name}: recovered within 2 s of the load's end`,
      measured: `${Math.round(recoveryMs)} ms`,
      holds: recoveryMs <= 2000,
      isSpeed: true,
    },
    {
      promise: `${name}: memory flat`,
      measured: `${(memoryGrowth * 100).toFixed(1)} % from the middle to the last third, ${Math.round(memoryBytes / 2 ** 20)} MiB`,
      holds: memoryGrowth <= 0.1,
    },
  ]
}
