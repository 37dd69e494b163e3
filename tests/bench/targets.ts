import type { ColdStart } from './cold-start.ts'
import type { RowCost } from './cost-per-row.ts'
import { cores } from './pinning.ts'

/** What the project promises of its speed, against what was measured. */
export type Target = {
  readonly promise: string
  readonly measured: number
  /** Undefined where this machine cannot tell. */
  readonly holds: boolean | undefined
  readonly unit: '×' | 'ms'
  /** The same ratio by the CPU time of a request, which others on the machine disturb less. */
  readonly byCpu?: number
}

/** How many times as much one contestant has of a figure as another: the median of the rounds, each held against itself; NaN where it was not measured. */
export type Ratio = (
  figure: 'perSecond' | 'p99' | 'cpuMicroseconds',
  one: string,
  other: string,
  workload: string,
) => number

type Measured = {
  readonly ratio: Ratio
  /** The client's share of its core while two workers share both with it. */
  readonly clientCpu: number
  readonly rowCosts: readonly RowCost[]
  readonly coldStarts: readonly ColdStart[]
  /** How many times as much two bare processes score as one; undefined where it was not measured. */
  readonly ceiling: number | undefined
}

/** The targets that something was measured for. */
export function judgeTargets({ ratio, clientCpu, rowCosts, coldStarts, ceiling }: Measured): Target[] {
  const outrun = (least: number, promise: string, other: string, workload: string): Target => ({
    ...atLeast(least, promise, ratio('perSecond', 'ours', other, workload)),
    byCpu: ratio('cpuMicroseconds', other, 'ours', workload),
  })
  const all = [
    outrun(0.8, '32 connections: ≥ 0.8 × bare Hono', 'hono', at32),
    atMost(1.5, '32 connections: p99 ≤ 1.5 × that of bare Hono', ratio('p99', 'ours', 'hono', at32)),
    outrun(0.8, '32 rows a request: ≥ 0.8 × bare Hono with the same body', 'hono', '32 rows × 32'),
    outrun(12, '≥ 12 × the original stack', 'original', at32),
    outrun(3.5, '≥ 3.5 × FastAPI with onnxruntime', 'fastapi', at32),
    outrun(8, '≥ 8 × MLServer', 'mlserver', at32),
    outrun(8, '≥ 8 × BentoML', 'bentoml', at32),
    outrun(8, '≥ 8 × LitServe', 'litserve', at32),
    atLeast(
      1.8,
      `2 workers ≥ 1.8 × one, 5 ms a row${ceiling === undefined ? '' : ` (two bare processes on these cores: ${ceiling.toFixed(2)} ×)`}`,
      ratio('perSecond', 'slow-2', 'slow-1', 'slow × 32'),
    ),
    twoWorkers(ratio('perSecond', 'ours-2', 'ours', '1 row × 128'), clientCpu),
    ...rowTargets(rowCosts),
    ...coldStarts.slice(0, 1).map(({ median }) => atMost(400, 'cold start to ready in 400 ms', median, 'ms')),
  ]
  return all.filter(({ measured }) => !Number.isNaN(measured))
}

const at32 = '1 row × 32'

/** Of a model that costs the client as much as the server: to be judged where the client has a core beside those of the workers. */
function twoWorkers(measured: number, clientCpu: number): Target {
  const promise = '2 workers ≥ 1.6 × one, churn, where two cores are free beside the client'
  if (cores >= 4) return atLeast(1.6, promise, measured)
  const share = `${Math.round(clientCpu * 100)} % of one`
  return {
    promise: `${promise} (here ${cores} in all, the client takes ${share})`,
    measured,
    holds: undefined,
    unit: '×',
  }
}

/** In the format that is streamed where there is one, since a list is parsed in one piece. */
function rowTargets(rowCosts: readonly RowCost[]): Target[] {
  const format = rowCosts.at(-1)?.format
  const cost = (rows: number): number =>
    rowCosts.find(cost => cost.format === format && cost.rows === rows)?.cpuMicroseconds ?? Number.NaN
  return [
    atMost(1, `${format}: a row costs less at 1,000 a request than at 1`, cost(1000) / cost(1)),
    atMost(1.25, `${format}: a row costs at 100,000 a request ≤ 1.25 × that at 1,000`, cost(100_000) / cost(1000)),
  ]
}

function atLeast(limit: number, promise: string, measured: number): Target {
  return { promise, measured, holds: measured >= limit, unit: '×' }
}

function atMost(limit: number, promise: string, measured: number, unit: Target['unit'] = '×'): Target {
  return { promise, measured, holds: measured <= limit, unit }
}
