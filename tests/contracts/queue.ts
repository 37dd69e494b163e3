import type { Queue } from '@scaling-mlops/core'
import { afterAll, describe, expect, it } from 'vitest'
import { aRecord, receiveAll } from '../support/records.ts'
import { until } from '../support/until.ts'

export type QueueHarness = {
  readonly queue: Queue
  /** Lets so much time pass. */
  pass(milliseconds: number): Promise<void>
  close(): Promise<void>
}

export type QueueTraits = {
  /** Whether an id that waits is known, and can be asked for. */
  readonly keyed: boolean
  /** Whether a group keeps its order. */
  readonly ordered: boolean
  /** Whether single records may be delayed. */
  readonly delays: boolean
  /** Whether it says how many wait. */
  readonly counts: boolean
}

/** What every queue promises; opened with a visibility of one second. */
export function describeQueue(adapter: string, open: () => Promise<QueueHarness>, traits: QueueTraits): void {
  describe(`the queue of ${adapter}`, { concurrent: true }, () => {
    const never = new AbortController().signal
    // each test opens its own, so that all of them can wait at the same time
    const opened: { close(): Promise<void> }[] = []
    const use = async () => {
      const harness = await open()
      opened.push(harness)
      return harness
    }
    afterAll(async () => {
      for (const harness of opened) await harness.close()
    })

    it('delivers a record as it was sent, whatever its body', async () => {
      const { queue } = await use()
      const bodies = ['{"tenure":1}', 'é 😀 \t\n', 'a\u0000b\u001b', '\ufeff{}', new Uint8Array([0xff, 0x00, 0x41])]
      await queue.send(
        bodies.map((body, index) => aRecord({ id: `id-${index}`, body, version: index === 0 ? '3' : undefined })),
      )

      const deliveries = await receiveAll(queue, bodies.length)

      const byId = new Map(deliveries.map(delivery => [delivery.id, delivery]))
      bodies.forEach((body, index) => {
        const delivery = byId.get(`id-${index}`)
        expect(delivery?.body).toEqual(body)
        expect(delivery).toMatchObject({ model: 'churn', attempts: 1 })
      })
      expect(byId.get('id-0')?.version).toBe('3')
      expect(byId.get('id-1')?.version).toBeUndefined()
    })

    it('keeps the time a record was first seen, where it is given', async () => {
      const { queue } = await use()
      const firstSeen = Date.UTC(2025, 0, 2, 3, 4, 5)
      await queue.send([aRecord({ firstSeen })])
      expect(await receiveAll(queue, 1)).toMatchObject([{ firstSeen }])
    })

    it('answers nothing from an empty queue, and at once when it is to stop', async () => {
      const { queue } = await use()
      expect(await queue.receive(10, never)).toEqual([])
      const stopping = new AbortController()
      const waiting = queue.receive(10, stopping.signal)
      stopping.abort()
      expect(await waiting).toEqual([])
      expect(await queue.receive(10, stopping.signal)).toEqual([])
    })

    it('delivers no more than was asked for', async () => {
      const { queue } = await use()
      await queue.send(Array.from({ length: 5 }, (_, index) => aRecord({ id: String(index) })))
      expect((await queue.receive(2, never)).length).toBeLessThanOrEqual(2)
    })

    it('hides what was received until its time is over, and counts its deliveries', async () => {
      const { queue, pass } = await use()
      await queue.send([aRecord()])
      const [first] = await receiveAll(queue, 1)
      expect(await queue.receive(1, never)).toEqual([])

      await pass(1_100)

      const [second] = await receiveAll(queue, 1)
      expect(second).toMatchObject({ id: 'a', attempts: 2, firstSeen: first?.firstSeen })
    })

    it('keeps a record hidden for as long as it is told to', async () => {
      const { queue, pass } = await use()
      await queue.send([aRecord()])
      const [delivery] = await receiveAll(queue, 1)
      if (delivery === undefined) throw new Error('nothing was delivered')
      await queue.hide([{ delivery, milliseconds: 3_000 }])

      await pass(1_500)
      expect(await queue.receive(1, never)).toEqual([])
      await pass(1_600)
      expect(await receiveAll(queue, 1)).toHaveLength(1)
    })

    it('delivers a record again at once where it is hidden for no time', async () => {
      const { queue } = await use()
      await queue.send([aRecord()])
      const [delivery] = await receiveAll(queue, 1)
      if (delivery === undefined) throw new Error('nothing was delivered')
      await queue.hide([{ delivery, milliseconds: 0 }])
      const [again] = await receiveAll(queue, 1)
      expect(again?.id).toBe('a')
      expect(again?.attempts).toBeGreaterThan(1)
    })

    it('forgets what is acknowledged, in batches of any size', async () => {
      const { queue, pass } = await use()
      await queue.send(Array.from({ length: 25 }, (_, index) => aRecord({ id: String(index) })))
      const deliveries = await receiveAll(queue, 25)
      expect(new Set(deliveries.map(({ id }) => id)).size).toBe(25)

      await queue.acknowledge(deliveries)
      await pass(1_100)

      expect(await queue.receive(10, never)).toEqual([])
    })

    it('takes a late acknowledgement and a late hiding without complaint', async () => {
      const { queue } = await use()
      await queue.send([aRecord()])
      const deliveries = await receiveAll(queue, 1)
      await queue.acknowledge(deliveries)
      await queue.acknowledge(deliveries)
      await queue.hide(deliveries.map(delivery => ({ delivery, milliseconds: 1_000 })))
    })

    if (traits.counts)
      it("counts as backlog what is due and in nobody's hands", async () => {
        const { queue, pass } = await use()
        expect(await queue.backlog()).toBe(0)
        await queue.send(['a', 'b', 'c'].map(id => aRecord({ id, group: id })))
        await until(async () => (await queue.backlog()) === 3)

        const [first] = await receiveAll(queue, 1)
        if (first === undefined) throw new Error('nothing was delivered')
        await until(async () => (await queue.backlog()) === 2)
        await queue.acknowledge([first])
        await pass(1_100)

        await until(async () => (await queue.backlog()) === 2)
      })

    if (traits.delays)
      it('delivers a delayed record when its delay is over', async () => {
        const { queue, pass } = await use()
        await queue.send([aRecord({ delayMs: 1_000 })])
        expect(await queue.receive(1, never)).toEqual([])
        await pass(1_100)
        expect(await receiveAll(queue, 1)).toMatchObject([{ attempts: 1 }])
      })

    if (traits.keyed)
      it('holds an id once, and can be asked for it', async () => {
        const { queue } = await use()
        await queue.send([aRecord({ body: '{"first":1}' }), aRecord({ body: '{"second":2}' })])
        await queue.send([aRecord({ body: '{"third":3}' }), aRecord({ model: 'other' })])
        expect(await queue.has('churn', 'a')).toBe(true)
        expect(await queue.has('churn', 'b')).toBe(false)

        const deliveries = await receiveAll(queue, 10)

        expect(deliveries.map(({ model, body }) => [model, body])).toEqual([
          ['churn', '{"first":1}'],
          ['other', '{"tenure":1}'],
        ])
        expect(await queue.has('churn', 'a')).toBe(true)
        await queue.acknowledge(deliveries)
        expect(await queue.has('churn', 'a')).toBe(false)
      })

    if (traits.keyed)
      it('heeds no receiver that lost a record to a later one', async () => {
        const { queue, pass } = await use()
        await queue.send([aRecord()])
        const [first] = await receiveAll(queue, 1)
        await pass(1_100)
        await receiveAll(queue, 1)
        if (first === undefined) throw new Error('nothing was delivered')

        await queue.hide([{ delivery: first, milliseconds: 0 }])

        expect(await queue.receive(1, never)).toEqual([])
      })

    if (traits.ordered)
      it('delivers a group in order, and nothing of it behind a hidden record', async () => {
        const { queue, pass } = await use()
        await queue.send(['a1', 'a2', 'b1'].map(id => aRecord({ id, group: id.slice(0, 1) })))
        const [first] = await queue.receive(1, never)
        expect(first).toMatchObject({ id: 'a1', group: 'a' })
        if (first === undefined) throw new Error('nothing was delivered')
        await queue.hide([{ delivery: first, milliseconds: 1_000 }])

        const others = await receiveAll(queue, 2)
        expect(others.map(({ id }) => id)).toEqual(['b1'])
        await queue.acknowledge(others)

        await pass(1_100)
        expect((await receiveAll(queue, 2)).map(({ id }) => id)).toEqual(['a1', 'a2'])
      })
  })
}
