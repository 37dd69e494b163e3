import { createMemoryLog, createMemoryMetrics, systemClock, systemTimer } from '@scaling-mlops/adapters/memory'
import { createPushMetrics, type MetricsSnapshot } from '@scaling-mlops/core'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A push into a list, half an interval into its first one. */
function startPush(deliver: (counted: MetricsSnapshot) => Promise<void> = async () => {}) {
  const metrics = createMemoryMetrics()
  const log = createMemoryLog()
  const delivered: { readonly counted: MetricsSnapshot; readonly at: number }[] = []
  const stopping = new AbortController()
  const push = createPushMetrics({
    read: metrics.snapshot,
    sink: {
      async deliver(counted, at) {
        await deliver(counted)
        delivered.push({ counted, at })
      },
      close() {},
    },
    timer: systemTimer,
    clock: systemClock,
    log,
    random: () => 0.5,
  })
  const ended = push(stopping.signal)
  const predictions = (): number[] => delivered.map(({ counted }) => counted.counters.Predictions)
  return { metrics, log, delivered, predictions, ended, stop: () => stopping.abort() }
}

it('delivers what each interval counted, the first after a share of it, zeros too', async () => {
  const { metrics, delivered, predictions } = startPush()
  const began = Date.now()
  metrics.count('Predictions', 3)

  await vi.advanceTimersByTimeAsync(5_000)
  metrics.count('Predictions', 4)
  await vi.advanceTimersByTimeAsync(20_000)

  expect(predictions()).toEqual([3, 4, 0])
  expect(delivered.map(({ at }) => at - began)).toEqual([5_000, 15_000, 25_000])
})

it('delivers the rest when it is told to stop, without the gauges of an instance that leaves', async () => {
  const { metrics, delivered, predictions, ended, stop } = startPush()
  metrics.gauge('WorkerUtilization', () => 10)
  await vi.advanceTimersByTimeAsync(6_000)
  metrics.count('Predictions', 2)

  stop()
  await ended

  expect(predictions()).toEqual([0, 2])
  expect(delivered.map(({ counted }) => counted.gauges)).toEqual([{ WorkerUtilization: 10 }, {}])
})

it('adds what could not be delivered to the next delivery, and tells of an outage once and of its end', async () => {
  let isDown = true
  const { metrics, log, predictions } = startPush(async () => {
    if (isDown) throw new Error('no way')
  })
  metrics.count('Predictions', 1)
  await vi.advanceTimersByTimeAsync(60_000)
  metrics.count('Predictions', 1)
  isDown = false
  await vi.advanceTimersByTimeAsync(600_000)

  expect(predictions()[0]).toBe(2)
  expect(predictions().reduce((total, count) => total + count)).toBe(2)
  expect(log.lines.filter(({ level }) => level !== 'debug').map(({ level }) => level)).toEqual(['warn', 'info'])
})

it('asks a sink that fails less and less often, and still every five minutes', async () => {
  const tries: number[] = []
  startPush(async () => {
    tries.push(Date.now())
    throw new Error('throttled')
  })

  await vi.advanceTimersByTimeAsync(3_600_000)

  const pauses = tries.slice(1).map((time, index) => time - (tries[index] as number))
  expect(pauses.slice(0, 4)).toEqual([15_000, 30_000, 60_000, 120_000])
  expect(pauses.at(-1)).toBe(225_000)
})

it('has one delivery at a time, and ends within a second where that hangs', async () => {
  let started = 0
  const { ended, stop } = startPush(() => {
    started++
    return new Promise(() => {})
  })
  await vi.advanceTimersByTimeAsync(60_000)
  const stopped = Date.now()
  stop()
  await Promise.all([ended, vi.advanceTimersByTimeAsync(1_000)])

  expect(started).toBe(1)
  expect(Date.now() - stopped).toBeLessThanOrEqual(1_000)
})
