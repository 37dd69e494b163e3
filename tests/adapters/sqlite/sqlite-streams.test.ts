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

/** Files as they were written before records came in blocks, each with the rows that both had. */
const FILES_OF_BEFORE = {
  'a row a record, a span for those delivered together': `
    CREATE TABLE spans (
      first INTEGER PRIMARY KEY, last INTEGER NOT NULL, visible_at INTEGER NOT NULL, attempts INTEGER NOT NULL
    );
    INSERT INTO spans VALUES (2, 3, $LATER, 2), (4, 4, $NOW, 1);`,
  'a row a record and a lease a record': `
    CREATE TABLE leases (seq INTEGER PRIMARY KEY, visible_at INTEGER NOT NULL, attempts INTEGER NOT NULL);
    INSERT INTO leases VALUES (2, $LATER, 2), (3, $LATER, 2), (4, $NOW, 1);`,
}

it.each(Object.entries(FILES_OF_BEFORE))('keeps what a file of before holds: %s', async (_, leases) => {
  const database = new DatabaseSync(join(folder, 'streams.db'))
  database.exec(
    `
    CREATE TABLE records (
      seq INTEGER PRIMARY KEY AUTOINCREMENT, model TEXT NOT NULL, id TEXT NOT NULL, version TEXT, body NOT NULL,
      first_seen INTEGER NOT NULL, UNIQUE (model, id)
    );
    CREATE TABLE reader (up_to INTEGER NOT NULL);
    CREATE TABLE results (
      model TEXT NOT NULL, seq INTEGER NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, answer TEXT NOT NULL,
      at INTEGER NOT NULL, PRIMARY KEY (model, seq), UNIQUE (model, id)
    ) WITHOUT ROWID;
    INSERT INTO records VALUES
      (2, 'churn', 'a', NULL, '{"é": "😀"}', 17), (3, 'churn', 'b"', '3', x'ff00', 18), (4, '', 'c', NULL, '{}', 19),
      (5, 'churn', 'd', NULL, '{}', 20);
    INSERT INTO reader VALUES (4);
    INSERT INTO results VALUES ('churn', 7, 'y', 2, '{"churn":true}', $NOW), ('other', 7, 'y', 1, '0.5', $NOW);
    ${leases}`
      .replaceAll('$NOW', String(now))
      .replaceAll('$LATER', String(now + 1_000)),
  )
  database.close()

  const { queue, results, close } = open()

  await queue.send([aRecord({ id: 'a', body: 'another' }), aRecord({ id: 'e', body: 'new' })])
  expect(await receiveAll(queue, 3)).toMatchObject([
    { id: 'c', model: undefined, attempts: 2, firstSeen: 19, body: '{}' },
    { id: 'd', model: 'churn', attempts: 1 },
    { id: 'e', attempts: 1, body: 'new' },
  ])
  now += 1_000
  expect(await receiveAll(queue, 2)).toMatchObject([
    { id: 'a', version: undefined, attempts: 3, firstSeen: 17, body: '{"é": "😀"}' },
    { id: 'b"', version: '3', attempts: 3, body: new Uint8Array([0xff, 0x00]) },
  ])
  await results.publish([aResult({ id: 'y', answer: 'another' }), aResult({ id: 'z' })])
  expect(await results.find('churn', 'y')).toMatchObject({ version: 2, answer: '{"churn":true}', at: now - 1_000 })
  expect(await results.list('other', undefined, 5)).toMatchObject([{ id: 'y', cursor: '7', answer: '0.5' }])
  expect(await results.list('churn', '7', 5)).toMatchObject([{ id: 'z' }])
  await close()
})

it('delivers large records and small ones, however many come together', async () => {
  const { queue, close } = open()
  const sent = Array.from({ length: 700 }, (_, index) =>
    aRecord({ id: `id-${index}`, body: index % 100 === 50 ? `${index} é`.repeat(30_000) : `${index}` }),
  )
  await queue.send(sent)
  const received = await receiveAll(queue, 700)
  expect(received.map(({ id, body }) => ({ id, body }))).toEqual(sent.map(({ id, body }) => ({ id, body })))
  await queue.acknowledge(received)
  expect(await queue.has('churn', 'id-699')).toBe(false)
  await close()
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
      ids: fc.array(fc.nat(12), { minLength: 1, maxLength: 6 }),
      delayMs: fc.constantFrom(0, 0, 500),
    }),
    fc.record({ does: fc.constant('receive'), limit: fc.integer({ min: 1, max: 5 }) }),
    fc.record({
      does: fc.constantFrom('acknowledge', 'hide'),
      from: fc.nat(20),
      count: fc.integer({ min: 1, max: 4 }),
    }),
    fc.record({ does: fc.constant('pass'), milliseconds: fc.constantFrom(1, 600, 40_000) }),
  )
  /** What is known of a record that waits: one that is sent under its id later is another. */
  type Waiting = { due: number; attempts: number; readonly body: string }
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async steps => {
      await rm(join(folder, 'streams.db'), { force: true })
      const { queue, close } = open()
      const waiting = new Map<string, Waiting>()
      const held: { readonly delivery: Delivery; readonly record: Waiting }[] = []
      const stop = AbortSignal.timeout(60_000)
      let sent = 0
      for (const taken of steps)
        if ('ids' in taken) {
          const records = taken.ids.map(id => aRecord({ id: `${id}`, body: `body ${sent++}`, delayMs: taken.delayMs }))
          await queue.send(records)
          for (const { id, body } of records)
            if (!waiting.has(id)) waiting.set(id, { due: now + taken.delayMs, attempts: 0, body: String(body) })
        } else if ('limit' in taken) {
          const deliveries = await queue.receive(taken.limit, stop)
          const ready = [...waiting.values()].filter(({ due }) => due <= now).length
          expect(deliveries).toHaveLength(Math.min(taken.limit, ready))
          for (const delivery of deliveries) {
            const record = waiting.get(delivery.id)
            expect(record?.due).toBeLessThanOrEqual(now)
            if (record === undefined) continue
            record.attempts++
            expect(delivery).toMatchObject({ attempts: record.attempts, body: record.body })
            record.due = now + queue.visibilityMs
            held.push({ delivery, record })
          }
        } else if ('milliseconds' in taken) now += taken.milliseconds
        else {
          const some = held.splice(taken.from % Math.max(1, held.length), taken.count)
          if (taken.does === 'hide') {
            await queue.hide(some.map(({ delivery }) => ({ delivery, milliseconds: 500 })))
            for (const { delivery, record } of some) if (record.attempts === delivery.attempts) record.due = now + 500
          } else {
            await queue.acknowledge(some.map(({ delivery }) => delivery))
            for (const { delivery, record } of some)
              if (waiting.get(delivery.id) === record) waiting.delete(delivery.id)
          }
        }
      expect(await queue.backlog()).toBe([...waiting.values()].filter(({ due }) => due <= now).length)
      for (let id = 0; id <= 12; id++) expect(await queue.has('churn', `${id}`)).toBe(waiting.has(`${id}`))
      await close()
    }),
    { numRuns: 200 },
  )
})

it('forgets results when their time is over, in step with new ones, and numbers on', async () => {
  const { results, close } = open()
  const publish = (ids: string[]) => results.publish(ids.map(id => aResult({ id, at: now })))
  await publish(['a', 'b'])
  await publish(['c', 'd', 'e'])
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
