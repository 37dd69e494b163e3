import { createTarget, type LoadReport, runClosedLoop } from '@scaling-mlops/adapters/load'
import { CoreError } from '@scaling-mlops/core'
import { calibrationWork, type Demand } from '@scaling-mlops/core/capacity'
import { type BenchRequest, prepareRequest } from './bench-request.ts'
import type { Output } from './output.ts'
import { forkServer, type ServerUsage } from './own-server.ts'

export type Measurement = {
  readonly demand: Demand
  /** The ladder of loads that was climbed. */
  readonly rungs: readonly Rung[]
  /** The fewest connections that bring 95 % of the most that was reached. */
  readonly knee: Rung
  /** Where the service time comes from. */
  readonly by: 'processor time' | 'throughput'
}

export type Rung = {
  readonly connections: number
  readonly report: LoadReport
  /** What the server's process spent on one request, where it can be seen. */
  readonly processorMilliseconds?: number
}

export type MeasureOptions = {
  /** File of the JSON to send, in place of a row made from the model's features. */
  readonly body: string | undefined
  /** Length of each rung. */
  readonly seconds: number
  readonly output: Output
}

const LADDER = [1, 2, 4, 8, 16, 32, 64]
/** Of a server that is not ours the memory cannot be seen. */
const ASSUMED_MEMORY_MB = 200

/** Measures a model of a repository in the server that ships, started beside this process for the time. */
export async function measureOwnServer(
  repository: string,
  model: string,
  options: MeasureOptions,
): Promise<Measurement> {
  await using server = await forkServer(repository)
  const url = new URL(`/models/${encodeURIComponent(model)}/predict`, server.url)
  const request = await prepare(url, options)
  await runClosedLoop({ ...loopOf(request, 8, 0), warmUpMs: 1000 * Math.min(2, options.seconds) })
  const rungs = await climb(request, options, server.usage)
  const knee = kneeOf(rungs)
  const { memoryMb } = await server.usage()
  // at the knee: alone a request pays for waking the process, far beyond it many share one run
  return { rungs, knee, demand: demandOf(rungs, knee.processorMilliseconds ?? 0, memoryMb), by: 'processor time' }
}

/** Measures a server that runs already; what it can do at most is taken for the work of `slots` processes. */
export async function measureServer(url: URL, slots: number, options: MeasureOptions): Promise<Measurement> {
  const rungs = await climb(await prepare(url, options), options)
  const knee = kneeOf(rungs)
  return {
    rungs,
    knee,
    demand: demandOf(rungs, (slots * 1000) / knee.report.perSecond, ASSUMED_MEMORY_MB),
    by: 'throughput',
  }
}

/** How often a second this machine does the calibration's work: the median of seven tries. */
export function measureScore(): number {
  calibrationWork()
  const rates = Array.from({ length: 7 }, () => {
    const start = performance.now()
    for (let round = 0; round < 10; round++) calibrationWork()
    return 10_000 / (performance.now() - start)
  })
  return rates.sort((a, b) => a - b)[3] as number
}

function prepare(url: URL, { body }: MeasureOptions): Promise<BenchRequest> {
  return prepareRequest(url, { ...(body !== undefined && { body }), header: {} })
}

function loopOf({ url, headers, body }: BenchRequest, connections: number, seconds: number) {
  const target = createTarget(url, { method: 'POST', headers, body })
  return { target, connections, durationMs: seconds * 1000, warmUpMs: 0 }
}

/** Twice as many connections each time, until that brings nothing. */
async function climb(
  request: BenchRequest,
  { seconds, output }: MeasureOptions,
  usage?: () => Promise<ServerUsage>,
): Promise<Rung[]> {
  const rungs: Rung[] = []
  for (const connections of LADDER) {
    output.progress(`${connections} connections for ${seconds} s`)
    const before = await usage?.()
    const report = await runClosedLoop(loopOf(request, connections, seconds))
    const after = await usage?.()
    if (report.accepted.count === 0)
      throw new CoreError(
        'overloaded',
        `${request.url} answered no request of ${connections} connections in ${seconds} s`,
      )
    const spent = before && after && ((after.cpuSeconds - before.cpuSeconds) * 1000) / report.answers
    rungs.push({ connections, report, ...(spent !== undefined && { processorMilliseconds: spent }) })
    if (saturated(rungs)) break
  }
  return rungs
}

/** Twice as many connections brought less than 5 % more: there is nothing further up. */
function saturated(rungs: readonly Rung[]): boolean {
  const [before, last] = rungs.slice(-2)
  if (before === undefined || last === undefined) return false
  return last.report.perSecond < before.report.perSecond * 1.05 && last.connections >= 8
}

function kneeOf(rungs: readonly Rung[]): Rung {
  const most = Math.max(...rungs.map(({ report }) => report.perSecond))
  return rungs.find(({ report }) => report.perSecond >= 0.95 * most) as Rung
}

function demandOf(rungs: readonly Rung[], meanMilliseconds: number, memoryMb: number): Demand {
  const { p50, p99 } = (rungs[0] as Rung).report.accepted.latency
  // a lognormal's p99 lies 2.326 spreads above its median; seen alone, with nobody before it
  const spread = Math.log(Math.max(p99 / p50, 1.01)) / 2.326
  const variation = Math.sqrt(Math.exp(spread ** 2) - 1)
  return { service: { meanMilliseconds, shape: 'lognormal', variation: Math.min(3, variation) }, memoryMb }
}
