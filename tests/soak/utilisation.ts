import { createTarget, runOpenLoop, type Target } from '@scaling-mlops/adapters/load'
import { simulate } from '@scaling-mlops/core/capacity'
import { launchOurs } from '../bench/contestants.ts'
import { startServer } from '../bench/server-process.ts'
import { aPolicy, poissonTrace } from '../support/capacity.ts'
import { slowRow, writeSlowModel } from '../support/slow-model.ts'
import type { Check } from './soak.ts'

/** The server reports its last ten to twenty seconds. */
const LOAD_MS = 22_000
/** Aimed at: well away from both ends, where anything would agree. */
const LOADS = [0.3, 0.6]
/** WorkerUtilization at `/metrics` of the real server, under Poisson arrivals of a known rate, beside what the simulator says of the same. */
export async function utilisationOfServer(): Promise<Check[]> {
  await using model = await writeSlowModel(5)
  const server = await startServer(launchOurs({ MODEL_REPOSITORY: model.repository, MODEL_THREADS: '1' }), {
    readyPath: '/health/ready',
  })
  const target = createTarget(`${server.url}/predict`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(slowRow),
  })
  try {
    const checks: Check[] = []
    for (const load of LOADS) checks.push(await compare(load, target, server.url))
    return checks
  } finally {
    await server.stop()
  }
}

async function compare(load: number, target: Target, url: string): Promise<Check> {
  const rate = (load * 1000) / (await serviceTime(url, () => arrive(target, 20, LOAD_MS / 4)))
  const milliseconds = await serviceTime(url, () => arrive(target, rate, LOAD_MS))
  const reported = await readUtilisation(url)
  const simulated = simulatedUtilisation(rate, milliseconds)
  return {
    promise: `utilisation that the server reports at ${rate.toFixed(0)}/s is within 5 points of the simulator's`,
    measured: `${reported.toFixed(1)} % (${simulated.toFixed(1)} %), a row in ${milliseconds.toFixed(2)} ms`,
    holds: Math.abs(reported - simulated) <= 5,
  }
}

async function arrive(target: Target, rate: number, durationMs: number): Promise<void> {
  await runOpenLoop({ target, rate, pattern: 'poisson', durationMs, connections: 64, warmUpMs: 0, timeoutMs: 10_000 })
}

/** Milliseconds that the graph takes for a row, as the server counts them while it is given so much to do: a machine that is slower meanwhile is seen. */
async function serviceTime(url: string, work: () => Promise<void>): Promise<number> {
  const before = await readStatistics(url)
  await work()
  const after = await readStatistics(url)
  return (after.milliseconds - before.milliseconds) / (after.rows - before.rows)
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

async function readStatistics(url: string): Promise<{ milliseconds: number; rows: number }> {
  const { model_stats } = (await (await fetch(`${url}/v2/models/slow/stats`)).json()) as {
    model_stats: [{ inference_count: number; inference_stats: { compute_infer: { ns: number } } }]
  }
  const [{ inference_count, inference_stats }] = model_stats
  return { milliseconds: inference_stats.compute_infer.ns / 1e6, rows: inference_count }
}

async function readMetric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const value = new RegExp(`^model_serving_${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text)?.[1]
  if (value === undefined) throw new Error(`no ${name} in ${text}`)
  return Number(value)
}
