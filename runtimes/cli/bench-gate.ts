import type { LoadReport } from '@scaling-mlops/adapters/load'
import { type Condition, holds, parseCondition } from '@scaling-mlops/core'
import type { GateResult } from '@scaling-mlops/core/evaluation'

const FIGURES = {
  p50: ({ accepted }: LoadReport) => accepted.latency.p50,
  p90: ({ accepted }: LoadReport) => accepted.latency.p90,
  p99: ({ accepted }: LoadReport) => accepted.latency.p99,
  p999: ({ accepted }: LoadReport) => accepted.latency.p999,
  max: ({ accepted }: LoadReport) => accepted.latency.max,
  perSecond: ({ accepted }: LoadReport) => accepted.perSecond,
  /** Share of the requests that were not answered with a 200. */
  failed: ({ accepted, answers, failures }: LoadReport) => {
    const sent = answers + Object.values(failures).reduce((sum, count) => sum + count, 0)
    return (sent - accepted.count) / sent
  },
} as const satisfies Record<string, (report: LoadReport) => number>

type FigureName = keyof typeof FIGURES

/** Reads `p99<=50` (milliseconds), `perSecond>=1000`, `failed<=0.001`. Throws `invalid_gate`. */
export function parseBenchGate(text: string): Condition<FigureName> {
  return parseCondition(text.replace(/ *ms\s*$/, ''), Object.keys(FIGURES) as FigureName[], 'p99<=50')
}

export function checkBenchGates(gates: readonly Condition<FigureName>[], report: LoadReport): GateResult[] {
  return gates.map(condition => {
    const { name, operator, limit } = condition
    const actual = FIGURES[name](report)
    return { gate: `${name}${operator}${limit}`, passed: holds(condition, actual), actual }
  })
}
