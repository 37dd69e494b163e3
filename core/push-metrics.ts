import { metricsBetween } from './metrics-delta.ts'
import { type MetricsSnapshot, mergeMetrics } from './metrics-snapshot.ts'
import type { Clock } from './ports/clock.ts'
import type { Log } from './ports/log.ts'
import type { MetricsSink } from './ports/metrics-sink.ts'
import type { Signal } from './ports/signal.ts'
import type { Timer } from './ports/timer.ts'
import { delayAfter, type RetryPolicy } from './stream/retry.ts'

export type PushMetricsOptions = {
  /** Everything counted since the start. */
  readonly read: () => MetricsSnapshot
  readonly sink: MetricsSink
  readonly timer: Timer
  readonly clock: Clock
  readonly log: Log
  /** From 0 to 1, for the spread of instances over the interval. */
  readonly random?: () => number
}

/** Delivers what was counted every ten seconds until the signal is aborted, then the rest, for which it takes a second at the most. Never rejects. */
export type PushMetrics = (signal: Signal) => Promise<void>

/** Time between deliveries. */
export const PUSH_INTERVAL_MS = 10_000
/** Docker ends a container ten seconds after its SIGTERM, and nine of them are given to requests. */
const LAST_DELIVERY_MS = 800
/** A sink that fails is asked less and less often, every five minutes in the end. */
const BACK_OFF: RetryPolicy = { maxAttempts: Number.POSITIVE_INFINITY, firstDelayMs: 20_000, longestDelayMs: 300_000 }

/**
 * To be run from when the server is ready: how busy an instance is that starts is no measure of its load. What could not be delivered is part
 * of the next delivery, so that an outage costs neither counts nor memory.
 */
export function createPushMetrics({
  read,
  sink,
  timer,
  clock,
  log,
  random = Math.random,
}: PushMetricsOptions): PushMetrics {
  let delivered = mergeMetrics([])
  let failures = 0

  const deliver = async (isLast: boolean): Promise<void> => {
    try {
      const now = read()
      const counted = metricsBetween(delivered, now)
      // an instance that leaves is no capacity any more: how busy it is must not count
      await sink.deliver(isLast ? { ...counted, gauges: {} } : counted, clock.now())
      delivered = now
      if (failures > 0) log.info('metrics are delivered again', { failures })
      failures = 0
    } catch (error) {
      failures++
      const say = failures === 1 ? log.warn : log.debug
      say('metrics cannot be delivered; scoring goes on, and this is said once', { failures, error })
    }
  }

  const work = async (signal: Signal): Promise<void> => {
    // each instance keeps its own place in the interval, so that every period of an alarm holds one value of each
    let due = clock.monotonic() + random() * PUSH_INTERVAL_MS
    while (!signal.aborted) {
      await timer.sleep(Math.max(0, due - clock.monotonic()), signal)
      if (signal.aborted) break
      await deliver(false)
      const now = clock.monotonic()
      if (failures > 0) due = now + delayAfter(failures, BACK_OFF, random)
      else while (due <= now) due += PUSH_INTERVAL_MS
    }
    await deliver(true)
  }

  return async signal => {
    const working = work(signal)
    await aborted(signal)
    await Promise.race([working, timer.sleep(LAST_DELIVERY_MS)])
  }
}

function aborted(signal: Signal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', resolve)
  })
}
