import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { systemTimer } from '@scaling-mlops/adapters/memory'
import { openSqliteStreams } from '@scaling-mlops/adapters/sqlite'
import type { Delivery } from '@scaling-mlops/core'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { aLetter, aRecord, aResult, collect, receiveAll } from '../../support/records.ts'

const DAY = 86_400_000
let folder: string
let now: number
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sqlite-'))
  now = Date.UTC(2026, 10, 23)
})
afterEach(() => rm(folder, { recursive: true }))

const open = () =>
  openSqliteStreams(join(folder, 'streams.db'), {
    clock: { now: () => now, monotonic: () => now },
    timer: systemTimer,
    pollMs: 5,
    keepMs: 3 * DAY,
  })

it('holds everything when it is opened again', async () => {
  const first = open()
  await first.queue.send([aRecord({ id: 'waiting' })])
  await first.results.publish([aResult({ id: 'done', at: now })])
  await first.deadLetters.add([aLetter({ id: 'dead' })])
  await first.close()

  const second = open()

  expect(await receiveAll(second.queue, 1)).toMatchObject([{ id: 'waiting' }])
  expect(await second.results.find('churn', 'done')).toBeDefined()
  expect(await collect(second.deadLetters.scan({}))).toMatchObject([{ id: 'dead' }])
  await second.close()
})

it('keeps what a file of before says of its records, a lease each', async () => {
  const first = open()
  await first.queue.send(['a', 'b', 'c'].map(id => aRecord({ id })))
  await first.close()
  const database = new DatabaseSync(join(folder, 'streams.db'))
  database.exec(`
    DROP TABLE spans;
    CREATE TABLE leases (seq INTEGER PRIMARY KEY, visible_at INTEGER NOT NULL, attempts INTEGER NOT NULL);
    INSERT INTO leases VALUES (1, ${now + 1_000}, 2), (2, ${now}, 1);
    UPDATE reader SET up_to = 2;
  `)
  database.close()

  const second = open()

  const deliveries = await receiveAll(second.queue, 2)
  expect(deliveries.map(({ id, attempts }) => id + attempts)).toEqual(['b2', 'c1'])
  now += 1_000
  expect(await receiveAll(second.queue, 1)).toMatchObject([{ id: 'a', attempts: 3 }])
  await second.close()
})

it('shows a second process what the first one sent', async () => {
  const [one, other] = [open(), open()]
  const waiting = receiveAll(other.queue, 1)
  await one.queue.send([aRecord()])
  expect(await waiting).toHaveLength(1)
  expect(await one.queue.receive(1, new AbortController().signal)).toEqual([])
  await one.close()
  await other.close()
})

it('delivers what is not acknowledged, and only that, whatever was sent, delayed, received and hidden in between', async () => {
  const step = fc.oneof(
    fc.record({
      does: fc.constant('send'),
      records: fc.integer({ min: 1, max: 4 }),
      delayMs: fc.constantFrom(0, 500),
    }),
    fc.record({ does: fc.constant('receive'), limit: fc.integer({ min: 1, max: 5 }) }),
    fc.record({ does: fc.constantFrom('acknowledge', 'hide'), of: fc.nat(20) }),
    fc.record({ does: fc.constant('pass'), milliseconds: fc.constantFrom(1, 600, 40_000) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async steps => {
      await rm(join(folder, 'streams.db'), { force: true })
      const { queue, close } = open()
      const due = new Map<string, number>()
      const held: Delivery[] = []
      const attempts = new Map<string, number>()
      const stop = AbortSignal.timeout(60_000)
      let sent = 0
      for (const taken of steps)
        if ('records' in taken) {
          const records = Array.from({ length: taken.records }, () =>
            aRecord({ id: `id-${sent++}`, delayMs: taken.delayMs }),
          )
          await queue.send(records)
          for (const { id } of records) due.set(id, now + taken.delayMs)
        } else if ('limit' in taken) {
          const deliveries = await queue.receive(taken.limit, stop)
          const ready = [...due].filter(([, at]) => at <= now).length
          expect(deliveries).toHaveLength(Math.min(taken.limit, ready))
          for (const { id, attempts: count } of deliveries) {
            attempts.set(id, count)
            expect(due.get(id)).toBeLessThanOrEqual(now)
            due.set(id, now + queue.visibilityMs)
          }
          held.push(...deliveries)
        } else if ('milliseconds' in taken) now += taken.milliseconds
        else {
          const [delivery] = held.splice(taken.of % Math.max(1, held.length), 1)
          if (delivery === undefined) continue
          if (taken.does === 'hide') {
            await queue.hide([{ delivery, milliseconds: 500 }])
            if (attempts.get(delivery.id) === delivery.attempts && due.has(delivery.id)) due.set(delivery.id, now + 500)
          } else {
            await queue.acknowledge([delivery])
            due.delete(delivery.id)
          }
        }
      expect(await queue.backlog()).toBe([...due.values()].filter(at => at <= now).length)
      await close()
    }),
    { numRuns: 60 },
  )
})

it('forgets results when their time is over, in step with new ones, and numbers on', async () => {
  const { results, close } = open()
  const publish = (ids: string[]) => results.publish(ids.map(id => aResult({ id, at: now })))
  await publish(['a', 'b', 'c', 'd', 'e'])
  now += 2 * DAY
  await publish(['f'])
  expect(await results.list('churn', undefined, 10)).toHaveLength(6)
  now += 1.5 * DAY

  await publish(['g'])
  expect((await results.list('churn', undefined, 10)).map(({ id }) => id)).toEqual(['c', 'd', 'e', 'f', 'g'])
  await publish(['h', 'i'])

  const kept = await results.list('churn', undefined, 10)
  expect(kept.map(({ id, cursor }) => id + cursor)).toEqual(['f6', 'g7', 'h8', 'i9'])
  await close()
})

it('names the folder that it cannot write', async () => {
  await writeFile(join(folder, 'file'), '')
  expect(() =>
    openSqliteStreams(join(folder, 'file/streams.db'), {
      clock: { now: () => now, monotonic: () => now },
      timer: systemTimer,
    }),
  ).toThrow(/file/)
})
