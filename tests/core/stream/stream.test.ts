import { setTimeout } from 'node:timers/promises'
import { createMemoryLog, createMemoryStreams, systemClock, systemTimer } from '@scaling-mlops/adapters/memory'
import { createStream, type Delivery } from '@scaling-mlops/core'
import { expect, it } from 'vitest'
import { aRecord } from '../../support/records.ts'

const log = createMemoryLog()
const open = (visibilityMs = 30_000) =>
  createMemoryStreams({ clock: systemClock, timer: systemTimer, visibilityMs, waitMs: 5 })
const many = (count: number) => Array.from({ length: count }, (_, index) => aRecord({ id: String(index) }))

it('works on no more batches at once than it is told to', async () => {
  const { queue } = open()
  await queue.send(many(40))
  const stop = new AbortController()
  let working = 0
  let most = 0
  let done = 0
  const run = createStream({
    queue,
    process: async (deliveries, { acknowledge }) => {
      most = Math.max(most, ++working)
      await setTimeout(5)
      working--
      await acknowledge(deliveries)
      done += deliveries.length
      if (done === 40) stop.abort()
    },
    timer: systemTimer,
    log,
    batchSize: 4,
    concurrency: 3,
  })

  await run(stop.signal)

  expect(most).toBe(3)
  expect(done).toBe(40)
})

it('finishes what it has received, and takes nothing more, once it is told to stop', async () => {
  const { queue } = open()
  await queue.send(many(10))
  const stop = new AbortController()
  const finished: string[] = []
  const run = createStream({
    queue,
    process: async (deliveries, { acknowledge }) => {
      stop.abort()
      await setTimeout(20)
      await acknowledge(deliveries)
      finished.push(...deliveries.map(({ id }) => id))
    },
    timer: systemTimer,
    log,
    batchSize: 2,
    concurrency: 1,
  })

  await run(stop.signal)

  expect(finished).toEqual(['0', '1'])
  expect(await queue.has('churn', '2')).toBe(true)
})

it('keeps records hidden for as long as it works on them', async () => {
  const { queue } = open(600)
  await queue.send(many(1))
  const stop = new AbortController()
  const seen: Delivery[] = []
  const run = createStream({
    queue,
    process: async (deliveries, { acknowledge }) => {
      seen.push(...deliveries)
      await setTimeout(1_500)
      await acknowledge(deliveries)
      stop.abort()
    },
    timer: systemTimer,
    log,
    batchSize: 1,
    concurrency: 5,
  })
  await run(stop.signal)
  expect(seen).toHaveLength(1)
})

it('leaves a record that is to be tried again to its delay, though it was kept hidden before', async () => {
  const { queue } = open(60)
  await queue.send(many(1))
  const stop = new AbortController()
  const times: number[] = []
  const run = createStream({
    queue,
    process: async (deliveries, { acknowledge, hide }) => {
      times.push(Date.now())
      if (times.length === 2) {
        await acknowledge(deliveries)
        stop.abort()
        return
      }
      await setTimeout(100)
      await hide(deliveries.map(delivery => ({ delivery, milliseconds: 10 })))
      await setTimeout(400)
    },
    timer: systemTimer,
    log,
    batchSize: 1,
    concurrency: 2,
  })
  await run(stop.signal)
  const [first = 0, second = 0] = times
  expect(second - first).toBeLessThan(450)
})

it('goes on after a queue that could not be read, and after a batch that could not be settled', async () => {
  const { queue } = open(30)
  await queue.send(many(1))
  const stop = new AbortController()
  let reads = 0
  let batches = 0
  const run = createStream({
    queue: {
      ...queue,
      receive: async (limit, signal) => {
        if (++reads === 1) throw new Error('connection refused')
        return queue.receive(limit, signal)
      },
    },
    process: async (deliveries, { acknowledge }) => {
      if (++batches === 1) throw new Error('connection reset')
      await acknowledge(deliveries)
      stop.abort()
    },
    timer: { ...systemTimer, sleep: (_, signal) => systemTimer.sleep(1, signal) },
    log,
    batchSize: 1,
    concurrency: 1,
  })
  await run(stop.signal)
  expect(batches).toBe(2)
  expect(await queue.has('churn', '0')).toBe(false)
})
