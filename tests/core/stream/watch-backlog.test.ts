import { createMemoryLog, createMemoryMetrics, systemTimer } from '@scaling-mlops/adapters/memory'
import { watchBacklog } from '@scaling-mlops/core'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function watch(backlog: () => Promise<number>) {
  const metrics = createMemoryMetrics()
  const log = createMemoryLog()
  const stop = watchBacklog({ queue: { backlog }, metrics, timer: systemTimer, log })
  return { log, stop, gauges: () => metrics.snapshot().gauges }
}

it('is absent until the queue answers, and follows it every ten seconds until it is stopped', async () => {
  let length = 7
  const { gauges, stop } = watch(async () => length)
  expect(gauges()).toEqual({})

  await vi.advanceTimersByTimeAsync(0)
  expect(gauges()).toEqual({ StreamBacklog: 7 })
  length = 3
  await vi.advanceTimersByTimeAsync(10_000)
  expect(gauges()).toEqual({ StreamBacklog: 3 })
  stop()
  length = 1
  await vi.advanceTimersByTimeAsync(60_000)
  expect(gauges()).toEqual({ StreamBacklog: 3 })
})

it('is absent while the queue cannot be asked, and warns once an outage', async () => {
  let isDown = false
  const { gauges, log } = watch(async () => {
    if (isDown) throw new Error('throttled')
    return 5
  })
  await vi.advanceTimersByTimeAsync(0)

  isDown = true
  await vi.advanceTimersByTimeAsync(60_000)
  expect(gauges()).toEqual({})
  isDown = false
  await vi.advanceTimersByTimeAsync(10_000)
  expect(gauges()).toEqual({ StreamBacklog: 5 })

  expect(log.lines.map(({ level }) => level)).toEqual(['warn'])
})

it('has one look at a time', async () => {
  let looks = 0
  watch(() => {
    looks++
    return new Promise(() => {})
  })

  await vi.advanceTimersByTimeAsync(60_000)

  expect(looks).toBe(1)
})
