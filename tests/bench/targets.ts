/** What the project promises of its speed, against what was measured. */
export type Target = {
  readonly promise: string
  readonly measured: number
  readonly holds: boolean
  readonly unit: string
}

/** The median of a figure for a contestant under a workload; NaN where it was not measured. */
export type Figure = (contestant: string, workload: string, figure: 'perSecond' | 'p99') => number

export function judgeTargets(figure: Figure): Target[] {
  const ratio = (one: string, other: string, workload: string): number =>
    figure(one, workload, 'perSecond') / figure(other, workload, 'perSecond')
  const at32 = '1 row × 32'
  const targets: Target[] = []
  const atLeast = (promise: string, measured: number, least: number): void => {
    if (!Number.isNaN(measured)) targets.push({ promise, measured, holds: measured >= least, unit: '×' })
  }

  atLeast('32 connections: ≥ 0.8 × bare Hono', ratio('ours', 'hono', at32), 0.8)
  const p99 = figure('ours', at32, 'p99') / figure('hono', at32, 'p99')
  if (!Number.isNaN(p99))
    targets.push({ promise: '32 connections: p99 ≤ 1.5 × of bare Hono', measured: p99, holds: p99 <= 1.5, unit: '×' })
  atLeast('32 rows a request: ≥ 0.8 × bare Hono with the same body', ratio('ours', 'hono', '32 rows × 32'), 0.8)
  atLeast('≥ 12 × the original stack', ratio('ours', 'original', at32), 12)
  atLeast('≥ 3.5 × FastAPI with onnxruntime', ratio('ours', 'fastapi', at32), 3.5)
  for (const [name, title] of [
    ['mlserver', 'MLServer'],
    ['bentoml', 'BentoML'],
    ['litserve', 'LitServe'],
  ] as const)
    atLeast(`≥ 8 × ${title}`, ratio('ours', name, at32), 8)
  atLeast(
    '2 workers: ≥ 1.6 × one (where two cores are free beside the client)',
    ratio('ours-2', 'ours', '1 row × 128'),
    1.6,
  )
  return targets
}
