import { createTarget, runClosedLoop, runOpenLoop, type Target } from '@scaling-mlops/adapters/load'
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
/** The service time after the load against before it: beyond this the machine was not the same one. */
const STEADY = 0.08
const ATTEMPTS = 4

/** WorkerUtilization at `/metrics` of the real server, under Poisson arrivals of a known rate, beside what the simulator says of the same. */
export async function utilisationOfServer(say: (line: string) => void): Promise<Check[]> {
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
    for (const load of LOADS) checks.push(await compare(load, target, server.url, say))
    return checks
  } finally {
    await server.stop()
  }
}

async function compare(load: number, target: Target, url: string, say: (line: string) => void): Promise<Check> {
  for (let attempt = 1; ; attempt++) {
    const before = await serviceTime(target, url)
    const rate = (load * 1000) / before
    await runOpenLoop({ target, rate, pattern: 'poisson', durationMs: LOAD_MS, ...patience })
    const reported = await readUtilisation(url)
    const after = await serviceTime(target, url)

    const drift = after / before - 1
    if (Math.abs(drift) > STEADY && attempt < ATTEMPTS) {
      say(`service time went from ${before.toFixed(2)} to ${after.toFixed(2)} ms: the machine is not steady, once more`)
      continue
    }
    const simulated = simulatedUtilisation(rate, (before + after) / 2)
    return {
      promise: `utilisation that the server reports at ${rate.toFixed(0)}/s is within 5 points of the simulator's`,
      measured: `${reported.toFixed(1)} % (${simulated.toFixed(1)} %), a row in ${before.toFixed(2)} ms before and ${after.toFixed(2)} ms after`,
      holds: Math.abs(reported - simulated) <= 5,
    }
  }
}

const patience = { connections: 64, warmUpMs: 0, timeoutMs: 10_000 } as const

/** Milliseconds of a prediction where none waits for another, as the server measures them. */
async function serviceTime(target: Target, url: string): Promise<number> {
  await runClosedLoop({ target, connections: 1, durationMs: 500, warmUpMs: 0 })
  const [sum, count] = await readLatency(url)
  await runClosedLoop({ target, connections: 1, durationMs: 3_000, warmUpMs: 0 })
  const [laterSum, laterCount] = await readLatency(url)
  return (laterSum - sum) / (laterCount - count)
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

/** Milliseconds and predictions so far. */
async function readLatency(url: string): Promise<[sum: number, count: number]> {
  return [
    1000 * (await readMetric(url, 'prediction_latency_seconds_sum')),
    await readMetric(url, 'prediction_latency_seconds_count'),
  ]
}

async function readMetric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const value = new RegExp(`^model_serving_${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text)?.[1]
  if (value === undefined) throw new Error(`no ${name} in ${text}`)
  return Number(value)
}
