import type { ColdStart } from './cold-start.ts'
import type { RowCost } from './cost-per-row.ts'

/** What the project promises of its speed, against what was measured. */
export type Target = {
  readonly promise: string
  readonly measured: number
  readonly holds: boolean
  readonly unit: '×' | 'ms'
  /** The same ratio by the CPU time of a request, which others on the machine disturb less. */
  readonly byCpu?: number
}

/** The median of a figure for a contestant under a workload; NaN where it was not measured. */
export type Figure = (contestant: string, workload: string, figure: 'perSecond' | 'p99' | 'cpuMicroseconds') => number

type Measured = {
  readonly figure: Figure
  readonly rowCosts: readonly RowCost[]
  readonly coldStarts: readonly ColdStart[]
  /** How many times as much two bare processes score as one; undefined where it was not measured. */
  readonly ceiling: number | undefined
}

/** The targets that something was measured for. */
export function judgeTargets({ figure, rowCosts, coldStarts, ceiling }: Measured): Target[] {
  const rate = (one: string, other: string, workload: string): number =>
    figure(one, workload, 'perSecond') / figure(other, workload, 'perSecond')
  const outrun = (least: number, promise: string, other: string, workload: string): Target => ({
    ...atLeast(least, promise, rate('ours', other, workload)),
    byCpu: figure(other, workload, 'cpuMicroseconds') / figure('ours', workload, 'cpuMicroseconds'),
  })
  const p99 = figure('ours', at32, 'p99') / figure('hono', at32, 'p99')
  const all = [
    outrun(0.8, '32 connections: ≥ 0.8 × bare Hono', 'hono', at32),
    atMost(1.5, '32 connections: p99 ≤ 1.5 × that of bare Hono', p99),
    outrun(0.8, '32 rows a request: ≥ 0.8 × bare Hono with the same body', 'hono', '32 rows × 32'),
    outrun(12, '≥ 12 × the original stack', 'original', at32),
    outrun(3.5, '≥ 3.5 × FastAPI with onnxruntime', 'fastapi', at32),
    outrun(8, '≥ 8 × MLServer', 'mlserver', at32),
    outrun(8, '≥ 8 × BentoML', 'bentoml', at32),
    outrun(8, '≥ 8 × LitServe', 'litserve', at32),
    atLeast(
      1.8,
      `2 workers ≥ 1.8 × one, 5 ms a row${ceiling === undefined ? '' : ` (two bare processes on these cores: ${ceiling.toFixed(2)} ×)`}`,
      rate('slow-2', 'slow-1', 'slow × 32'),
    ),
    atLeast(
      1.6,
      '2 workers ≥ 1.6 × one, churn, where two cores are free beside the client',
      rate('ours-2', 'ours', '1 row × 128'),
    ),
    ...rowTargets(rowCosts),
    ...coldStarts.slice(0, 1).map(({ median }) => atMost(400, 'cold start to ready in 400 ms', median, 'ms')),
  ]
  return all.filter(({ measured }) => !Number.isNaN(measured))
}

const at32 = '1 row × 32'

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
