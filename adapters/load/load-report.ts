import { createLatencies, type Latencies } from './latencies.ts'
import type { Tally } from './tally.ts'

/** What a server did under load. Durations in milliseconds, rates per second. */
export type LoadReport = {
  readonly seconds: number
  /** Answers of any status. */
  readonly answers: number
  readonly perSecond: number
  /** Answers of the 200s alone, what the load was for. */
  readonly accepted: Answers
  readonly statuses: Readonly<Record<number, Answers>>
  /** Requests without any answer, by reason. */
  readonly failures: Readonly<Record<string, number>>
  readonly generator: GeneratorReport
}

export type Answers = {
  readonly count: number
  readonly perSecond: number
  readonly latency: Readonly<Record<'p50' | 'p90' | 'p99' | 'p999' | 'max', number>>
}

/** How hard the generator itself had to work: figures it could not keep up for are its own, not the server's. */
export type GeneratorReport = {
  /** Share of one core that this process used. */
  readonly cpu: number
  /** Share of the time its event loop was busy. */
  readonly busy: number
  /** Open loop: how late requests were written, though a connection was free for them; 99th percentile. */
  readonly lateness?: number
  /** Open loop: requests that found every connection taken and waited for one, which their latency includes. */
  readonly waited?: number
}

export function toReport(tally: Tally, seconds: number, generator: GeneratorReport): LoadReport {
  const all = [...tally.statuses].sort(([a], [b]) => a - b)
  const answers = all.reduce((sum, [, { count }]) => sum + count, 0)
  const accepted = createLatencies()
  for (const [status, latencies] of all) if (status >= 200 && status < 300) accepted.add(latencies)
  return {
    seconds,
    answers,
    perSecond: answers / seconds,
    accepted: toAnswers(accepted, seconds),
    statuses: Object.fromEntries(all.map(([status, latencies]) => [status, toAnswers(latencies, seconds)])),
    failures: Object.fromEntries(tally.failures),
    generator,
  }
}

function toAnswers(latencies: Latencies, seconds: number): Answers {
  const [p50, p90, p99, p999, max] = [0.5, 0.9, 0.99, 0.999, 1].map(share => latencies.quantile(share)) as [
    number,
    number,
    number,
    number,
    number,
  ]
  return { count: latencies.count, perSecond: latencies.count / seconds, latency: { p50, p90, p99, p999, max } }
}
