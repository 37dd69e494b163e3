import type { ColdStart } from './cold-start.ts'
import type { RowCost } from './cost-per-row.ts'

/** What the project promises of its speed, against what was measured. */
export type Target = {
  readonly promise: string
  readonly measured: number
  readonly holds: boolean
  readonly unit: '×' | 'ms'
}

/** The median of a figure for a contestant under a workload; NaN where it was not measured. */
export type Figure = (contestant: string, workload: string, figure: 'perSecond' | 'p99') => number

type Measured = {
  readonly figure: Figure
  readonly rowCosts: readonly RowCost[]
  readonly coldStarts: readonly ColdStart[]
}

/** The targets that something was measured for. */
export function judgeTargets({ figure, rowCosts, coldStarts }: Measured): Target[] {
  const ratio = (one: string, other: string, workload: string): number =>
    figure(one, workload, 'perSecond') / figure(other, workload, 'perSecond')
  const at32 = '1 row × 32'
  const all = [
    atLeast(0.8, '32 connections: ≥ 0.8 × bare Hono', ratio('ours', 'hono', at32)),
    atMost(
      1.5,
      '32 connections: p99 ≤ 1.5 × that of bare Hono',
      figure('ours', at32, 'p99') / figure('hono', at32, 'p99'),
    ),
    atLeast(0.8, '32 rows a request: ≥ 0.8 × bare Hono with the same body', ratio('ours', 'hono', '32 rows × 32')),
    atLeast(12, '≥ 12 × the original stack', ratio('ours', 'original', at32)),
    atLeast(3.5, '≥ 3.5 × FastAPI with onnxruntime', ratio('ours', 'fastapi', at32)),
    atLeast(8, '≥ 8 × MLServer', ratio('ours', 'mlserver', at32)),
    atLeast(8, '≥ 8 × BentoML', ratio('ours', 'bentoml', at32)),
    atLeast(8, '≥ 8 × LitServe', ratio('ours', 'litserve', at32)),
    atLeast(1.8, '2 workers ≥ 1.8 × one, 5 ms a row', ratio('slow-2', 'slow-1', 'slow × 32')),
    atLeast(
      1.6,
      '2 workers ≥ 1.6 × one, churn, where two cores are free beside the client',
      ratio('ours-2', 'ours', '1 row × 128'),
    ),
    ...rowTargets(rowCosts),
    ...coldStarts.slice(0, 1).map(({ median }) => atMost(400, 'cold start to ready in 400 ms', median, 'ms')),
  ]
  return all.filter(({ measured }) => !Number.isNaN(measured))
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
