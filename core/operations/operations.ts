import type { CatalogueEntry } from '../catalogue.ts'
import type { HistogramSnapshot } from '../histogram.ts'
import { type CounterName, counterNames, type DistributionName, distributionNames } from '../metric-definitions.ts'
import { metricsBetween } from '../metrics-delta.ts'
import type { MetricsSnapshot } from '../metrics-snapshot.ts'
import type { Clock } from '../ports/clock.ts'
import type { Timer } from '../ports/timer.ts'
import { type Health, judgeHealth } from './health.ts'
import { type Minute, type Percentiles, toMinute, toPercentiles } from './window.ts'

/** How the server is doing, told once a second. */
export type OperationsDocument = {
  readonly at: number
  readonly health: Health
  readonly workers: number
  /** Totals since the start. */
  readonly counters: MetricsSnapshot['counters']
  readonly gauges: MetricsSnapshot['gauges']
  /** Since the start, each in its own unit. */
  readonly distributions: Readonly<
    Record<DistributionName, Percentiles & { readonly sum: number; readonly histogram: HistogramSnapshot }>
  >
  /** Of the last ten seconds at the most. */
  readonly recent: {
    readonly seconds: number
    readonly perSecond: Readonly<Record<CounterName, number>>
    readonly latency: Percentiles
    readonly queueWait: Percentiles
  }
  readonly scaling: { readonly signal: 'WorkerUtilization'; readonly value: number | null; readonly target: number }
  readonly models: readonly CatalogueEntry[]
  /** The oldest first: a day at the most. */
  readonly minutes: readonly Minute[]
}

export type Operations = {
  document(): Promise<OperationsDocument>
  close(): void
}

type Dependencies = {
  /** The metrics of all workers. */
  readonly read: () => Promise<MetricsSnapshot>
  readonly models: () => readonly CatalogueEntry[]
  readonly clock: Clock
  /** Without it nothing is kept: there is only what the metrics are now. */
  readonly timer: Timer | undefined
  readonly workers: number
  /** Of target tracking, in percent. */
  readonly target: number
}

type Moment = { readonly at: number; readonly metrics: MetricsSnapshot }

const RECENT_SECONDS = 10
const MINUTE_SECONDS = 60
const MINUTES = 1440

/** Keeps what the metrics were in the last minute, second by second, and what each minute of the last day came to. A moment that cannot be read is left out. */
export function createOperations({ read, models, clock, timer, workers, target }: Dependencies): Operations {
  const seconds: Moment[] = []
  const minutes: Minute[] = []
  let minuteBegan: Moment | undefined

  const take = async (): Promise<void> => {
    const moment = { at: clock.now(), metrics: await read() }
    seconds.push(moment)
    if (seconds.length > MINUTE_SECONDS + 1) seconds.shift()
    minuteBegan ??= moment
    if (moment.at - minuteBegan.at >= MINUTE_SECONDS * 1000) {
      minutes.push(toMinute(moment.at, metricsBetween(minuteBegan.metrics, moment.metrics)))
      if (minutes.length > MINUTES) minutes.shift()
      minuteBegan = moment
    }
  }
  const stop = timer?.every(1000, () => void take().catch(() => {}))

  return {
    async document() {
      const now = { at: clock.now(), metrics: await read() }
      const since = (count: number): Moment => seconds.at(-count) ?? seconds[0] ?? now
      const recent = since(RECENT_SECONDS)
      const lately = metricsBetween(recent.metrics, now.metrics)
      const spent = (now.at - recent.at) / 1000
      const { counters, gauges, distributions } = now.metrics
      return {
        at: now.at,
        health: judgeHealth(metricsBetween(since(MINUTE_SECONDS).metrics, now.metrics)),
        workers,
        counters,
        gauges,
        distributions: record(distributionNames, name => ({
          ...toPercentiles(distributions[name]),
          sum: distributions[name].sum,
          histogram: distributions[name],
        })),
        recent: {
          seconds: spent,
          perSecond: record(counterNames, name => (spent === 0 ? 0 : lately.counters[name] / spent)),
          latency: toPercentiles(lately.distributions.PredictionLatency),
          queueWait: toPercentiles(lately.distributions.QueueWait),
        },
        scaling: { signal: 'WorkerUtilization', value: gauges.WorkerUtilization ?? null, target },
        models: models(),
        minutes,
      }
    },
    close: () => stop?.(),
  }
}

function record<Name extends string, Value>(names: readonly Name[], find: (name: Name) => Value): Record<Name, Value> {
  return Object.fromEntries(names.map(name => [name, find(name)])) as Record<Name, Value>
}
