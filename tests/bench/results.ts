import { cpus, totalmem } from 'node:os'
import type { ColdStart } from './cold-start.ts'
import type { Contestant } from './contestants.ts'
import type { RowCost } from './cost-per-row.ts'
import { cores } from './pinning.ts'
import type { Sample } from './rounds.ts'
import { median } from './statistics.ts'
import { judgeTargets, type Ratio, type Target } from './targets.ts'
import type { Workload } from './workloads.ts'

export type Results = {
  readonly samples: readonly Sample[]
  readonly contestants: readonly Contestant[]
  readonly workloads: readonly Workload[]
  readonly coldStarts: readonly ColdStart[]
  readonly rowCosts: readonly RowCost[]
  /** How many times as much two bare processes score as one. */
  readonly ceiling: number | undefined
  /** How it was measured, a line each. */
  readonly conditions: readonly string[]
  /** Contestants that are not there, and why. */
  readonly absent: readonly string[]
}

/** The results as a page of Markdown. */
export function toMarkdown({
  samples,
  contestants,
  workloads,
  coldStarts,
  rowCosts,
  ceiling,
  conditions,
  absent,
}: Results): string {
  const of = (contestant: string, workload: string): readonly Sample[] =>
    samples.filter(sample => sample.contestant === contestant && sample.workload === workload)
  const ratio: Ratio = (figure, one, other, workload) => {
    const others = of(other, workload)
    const inRound = (round: number): Sample | undefined => others.find(sample => sample.round === round)
    return median(of(one, workload).map(sample => sample[figure] / (inRound(sample.round)?.[figure] ?? Number.NaN)))
  }
  const clientCpu = median(of('ours-2', '1 row × 128').map(sample => sample.clientCpu))

  const sections = [
    '# Benchmark',
    `${machine()}. ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC. Written by \`npm run bench\`.`,
    bullets([...conditions, ...absent.map(line => `Not measured: ${line}`)]),
    ...section('Targets', targetTable(judgeTargets({ ratio, clientCpu, rowCosts, coldStarts, ceiling }))),
    ...workloads.flatMap(workload => section(workload.title, workloadTable(workload, contestants, of))),
    ...section(
      'Cost of a row, by rows a request',
      table(
        ['format', 'rows a request', 'server CPU, µs a row', 'time, µs a row'],
        rowCosts.map(({ format, rows, cpuMicroseconds, wallMicroseconds }) => [
          format,
          count(rows),
          decimal(cpuMicroseconds),
          decimal(wallMicroseconds),
        ]),
      ),
    ),
    ...section(
      'Cold start: from `node` starting to ready',
      table(
        ['entry', 'median', 'fastest', 'slowest'],
        coldStarts.map(({ entry, milliseconds, median }) => [
          `\`${entry}\``,
          `${count(median)} ms`,
          `${count(Math.min(...milliseconds))} ms`,
          `${count(Math.max(...milliseconds))} ms`,
        ]),
      ),
    ),
  ]
  return `${sections.join('\n\n')}\n`
}

function workloadTable(
  { name, reference = 'ours' }: Workload,
  contestants: readonly Contestant[],
  of: (contestant: string, workload: string) => readonly Sample[],
): string {
  const referenceRate = median(of(reference, name).map(({ perSecond }) => perSecond))
  const rows = contestants.flatMap(contestant => {
    const samples = of(contestant.name, name)
    if (samples.length === 0) return []
    const rates = samples.map(({ perSecond }) => perSecond)
    const middle = (key: 'p50' | 'p99' | 'cpuMicroseconds' | 'clientCpu' | 'bad') =>
      median(samples.map(sample => sample[key]))
    return [
      [
        contestant.title,
        count(median(rates)),
        `${count(Math.min(...rates))}–${count(Math.max(...rates))}`,
        decimal(referenceRate / median(rates)),
        decimal(middle('p50')),
        decimal(middle('p99')),
        count(middle('cpuMicroseconds')),
        `${Math.round(middle('clientCpu') * 100)} %`,
        count(middle('bad')),
      ],
    ]
  })
  return table(
    [
      '',
      'req/s',
      'range',
      reference === 'ours' ? 'ours is × this' : 'one worker is × this',
      'p50 ms',
      'p99 ms',
      'server CPU µs/req',
      'client’s core',
      'not 2xx',
    ],
    rows,
  )
}

function targetTable(targets: readonly Target[]): string {
  return table(
    ['target', 'measured', 'by server CPU a request', ''],
    targets.map(({ promise, measured, unit, byCpu, holds }) => [
      promise,
      `${decimal(measured)} ${unit}`,
      byCpu === undefined ? '' : `${decimal(byCpu)} ×`,
      holds === undefined ? 'not judged here' : holds ? 'holds' : 'does **not** hold',
    ]),
  )
}

function section(title: string, content: string): string[] {
  return content === '' ? [] : [`## ${title}`, content]
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return ''
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), `|${head.map((_, index) => (index === 0 ? '---|' : '--:|')).join('')}`, ...rows.map(line)].join(
    '\n',
  )
}

function bullets(lines: readonly string[]): string {
  return lines.map(line => `- ${line}`).join('\n')
}

function machine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor'
  return `${model}, ${cores} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${process.arch}, Node ${process.version}`
}

function count(value: number): string {
  return Number.isNaN(value) ? '–' : Math.round(value).toLocaleString('en-US')
}

function decimal(value: number): string {
  if (Number.isNaN(value)) return '–'
  return value >= 100 ? count(value) : value.toFixed(2)
}
