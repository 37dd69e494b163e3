import { type ArrivalPattern, createTarget, runClosedLoop, runOpenLoop } from '@scaling-mlops/adapters/load'
import { EXIT } from '../exit.ts'
import { checkBenchGates, parseBenchGate } from './bench-gate.ts'
import { cautions, toText } from './bench-prose.ts'
import { type BenchRequest, prepareRequest } from './bench-request.ts'
import { createOutput, type OutputFlags } from './output.ts'
import { sayGates } from './train-prose.ts'

export type BenchFlags = OutputFlags & {
  readonly connections?: number
  readonly rate?: number
  readonly arrivals: ArrivalPattern
  readonly duration: number
  readonly warmUp: number
  readonly timeout: number
  readonly body?: string
  readonly rows?: number
  readonly header: Readonly<Record<string, string>>
  readonly gate: readonly string[]
}

export async function runBench(url: URL, flags: BenchFlags): Promise<void> {
  const output = createOutput(flags)
  const gates = flags.gate.map(parseBenchGate)
  output.progress('asking the server')
  const request = await prepareRequest(url, flags)
  const { rate, duration, warmUp } = flags
  output.progress(`measuring for ${duration + warmUp} s`)
  const connections = flags.connections ?? (rate === undefined ? 32 : 256)
  const report = await measure(request, connections, flags)
  const document = {
    schemaVersion: 1,
    url: request.url,
    loop: rate === undefined ? 'closed' : 'open',
    connections,
    ...(rate !== undefined && { rate, arrivals: flags.arrivals }),
    rows: request.rows,
    rowsPerSecond: report.accepted.perSecond * request.rows,
    ...report,
  } as const
  const results = checkBenchGates(gates, report)
  for (const caution of cautions(document)) output.warn(caution)
  sayGates(output, results)
  output.result(toText(document), { ...document, gates: results })
  if (results.some(({ passed }) => !passed)) process.exitCode = EXIT.gate
}

function measure({ url, headers, body }: BenchRequest, connections: number, flags: BenchFlags) {
  const target = createTarget(url, { method: 'POST', headers, body })
  const times = { durationMs: flags.duration * 1000, warmUpMs: flags.warmUp * 1000 }
  return flags.rate === undefined
    ? runClosedLoop({ target, connections, ...times })
    : runOpenLoop({
        target,
        connections,
        rate: flags.rate,
        pattern: flags.arrivals,
        timeoutMs: flags.timeout * 1000,
        ...times,
      })
}
