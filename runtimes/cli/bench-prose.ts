import type { Answers, LoadReport } from '@scaling-mlops/adapters/load'
import { grouped } from './output.ts'

export type BenchDocument = LoadReport & {
  readonly url: string
  readonly loop: 'closed' | 'open'
  readonly connections: number
  readonly rate?: number
  readonly rows: number
  readonly rowsPerSecond: number
}

/** The report for people. */
export function toText(document: BenchDocument): string {
  const { url, loop, connections, rate, rows, seconds, accepted, perSecond, rowsPerSecond, statuses, generator } =
    document
  const failures = Object.entries(document.failures)
  const load =
    loop === 'closed' ? `${connections} connections` : `${rate} requests/s on at most ${connections} connections`
  const lines: [string, string][] = [
    [
      url,
      `${loop} loop · ${load} · ${grouped(seconds)} s · ${rows === 1 ? '1 row' : `${grouped(rows)} rows`} a request`,
    ],
    ['throughput', `${grouped(perSecond)} answers/s · ${grouped(rowsPerSecond)} rows/s scored`],
    ['latency', latency(accepted)],
    [
      'statuses',
      Object.entries(statuses)
        .map(([status, answers]) => `${status}: ${grouped(answers.count)}`)
        .join(' · ') || 'none',
    ],
    ...Object.entries(statuses)
      .filter(([status]) => !status.startsWith('2'))
      .map(([status, answers]): [string, string] => [`  of ${status}`, latency(answers)]),
    ...failures.map(([reason, times]): [string, string] => ['no answer', `${grouped(times)} × ${reason}`]),
    [
      'generator',
      `${Math.round(generator.cpu * 100)} % of a core${generator.lateness === undefined ? '' : ` · wrote 99 % within ${milliseconds(generator.lateness)} of their time`}`,
    ],
  ]
  const [title = ['', ''], ...rest] = lines
  const width = Math.max(...rest.map(([name]) => name.length))
  return [title.join('  '), ...rest.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`)].join('\n')
}

/** Why the figures may not be the server's. */
export function cautions({
  loop,
  connections,
  generator: { cpu, lateness = 0, waited = 0 },
  accepted,
}: BenchDocument): string[] {
  const found: string[] = []
  if (loop === 'closed' && cpu > 0.9)
    found.push('the generator used all of its core: the server can do more than these figures say')
  if (lateness > Math.max(2, accepted.latency.p99 / 4))
    found.push(`the generator wrote requests ${milliseconds(lateness)} late: it is the limit, or shares its core`)
  if (waited > 0)
    found.push(
      `${grouped(waited)} requests found all ${connections} connections taken and waited, which their latency includes; --connections allows more`,
    )
  return found
}

function latency({ latency: { p50, p90, p99, p999, max } }: Answers): string {
  return `p50 ${milliseconds(p50)} · p90 ${milliseconds(p90)} · p99 ${milliseconds(p99)} · p99.9 ${milliseconds(p999)} · max ${milliseconds(max)}`
}

function milliseconds(value: number): string {
  return Number.isNaN(value) ? '–' : `${value < 10 ? value.toFixed(2) : grouped(value)} ms`
}
