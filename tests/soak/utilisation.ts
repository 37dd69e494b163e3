import { createTarget, runOpenLoop, type Target } from '@scaling-mlops/adapters/load'
import { simulate } from '@scaling-mlops/core/capacity'
import { launchOurs } from '../bench/contestants.ts'
import { startServer } from '../bench/server-process.ts'
import { aPolicy, poissonTrace } from '../support/capacity.ts'
import { slowRow, writeSlowModel } from '../support/slow-model.ts'
import type { Check } from './soak.ts'

/** The server reports since the start of the window before the present one; windows follow each other from its start on. */
const WINDOW_MS = 10_000
/** How far into a window a load ends: a second or two more or less, and it is the same window. */
const END_MS = 6_000
/** Aimed at: well away from both ends, where anything would agree. */
const LOADS = [0.3, 0.6]
/** WorkerUtilization at `/metrics` of the real server, under Poisson arrivals of a known rate, beside what the simulator says of the same. */
export async function utilisationOfServer(): Promise<Check[]> {
  await using model = await writeSlowModel(5)
  const server = await startServer(launchOurs({ MODEL_REPOSITORY: model.repository, MODEL_THREADS: '1' }), {
    readyPath: '/health/ready',
  })
  const started = performance.now()
  const target = createTarget(`${server.url}/predict`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(slowRow),
  })
  try {
    const checks: Check[] = []
    for (const load of LOADS) checks.push(await compare(load, target, server.url, started))
    return checks
  } finally {
    await server.stop()
  }
}

async function compare(load: number, target: Target, url: string, started: number): Promise<Check> {
  const draft = between(await readStatistics(url), await work(target, 20, WINDOW_MS / 2, url))
  const window = (performance.now() - started) % WINDOW_MS
  const end = 2 * WINDOW_MS + ((WINDOW_MS + END_MS - window) % WINDOW_MS)
  // the same seconds for both: a machine that is slower meanwhile is so for both of them
  const reportedFrom = end - WINDOW_MS - END_MS
  const rate = (load * 1000) / draft.milliseconds
  await work(target, rate, reportedFrom, url)
  const before = await readStatistics(url)
  const seen = between(before, await work(target, rate, end - reportedFrom, url))
  const reported = await readUtilisation(url)
  const simulated = simulatedUtilisation(seen.rate, seen.milliseconds)
  return {
    promise: `utilisation that the server reports at ${rate.toFixed(0)}/s is within 5 points of the simulator's`,
    measured: `${reported.toFixed(1)} % (${simulated.toFixed(1)} %), ${seen.rate.toFixed(1)}/s, a row in ${seen.milliseconds.toFixed(2)} ms`,
    holds: Math.abs(reported - simulated) <= 5,
  }
}

/** Statistics at the end of so long a load. */
async function work(target: Target, rate: number, durationMs: number, url: string): Promise<Statistics> {
  await runOpenLoop({ target, rate, pattern: 'poisson', durationMs, connections: 64, warmUpMs: 0, timeoutMs: 10_000 })
  return await readStatistics(url)
}

/** What the server has counted until a moment. */
type Statistics = { readonly at: number; readonly milliseconds: number; readonly rows: number }

/** Rows a second, and the milliseconds that the graph took for one. */
function between(from: Statistics, to: Statistics): { rate: number; milliseconds: number } {
  const rows = to.rows - from.rows
  return { rate: (1000 * rows) / (to.at - from.at), milliseconds: (to.milliseconds - from.milliseconds) / rows }
}

function simulatedUtilisation(rate: number, meanMilliseconds: number): number {
  const policy = aPolicy({
    minimum: 1,
    maximum: 1,
    scaling: { kind: 'fixed' },
    instance: { slots: 1, service: { meanMilliseconds, shape: 'constant', variation: 0.25 } },
  })
  return simulate(policy, poissonTrace(rate, 3600), { seed: 1 }).utilisation
}

async function readUtilisation(url: string): Promise<number> {
  return await readMetric(url, 'worker_utilization_percent')
}

async function readStatistics(url: string): Promise<Statistics> {
  const { model_stats } = (await (await fetch(`${url}/v2/models/slow/stats`)).json()) as {
    model_stats: [{ inference_count: number; inference_stats: { compute_infer: { ns: number } } }]
  }
  const [{ inference_count, inference_stats }] = model_stats
  return { at: performance.now(), milliseconds: inference_stats.compute_infer.ns / 1e6, rows: inference_count }
}

async function readMetric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const value = new RegExp(`^model_serving_${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text)?.[1]
  if (value === undefined) throw new Error(`no ${name} in ${text}`)
  return Number(value)
}
