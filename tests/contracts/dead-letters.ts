import type { DeadLetters, ResultSink } from '@scaling-mlops/core'
import { afterAll, describe, expect, it } from 'vitest'
import { aLetter, aResult, collect } from '../support/records.ts'

type Harness = { readonly deadLetters: DeadLetters; readonly results?: ResultSink; close(): Promise<void> }

/** What every store of dead letters promises; `keyed` ones hold a letter once and tell their order. */
export function describeDeadLetters(
  adapter: string,
  open: () => Promise<Harness>,
  { keyed }: { readonly keyed: boolean },
): void {
  describe(`the dead letters of ${adapter}`, { concurrent: true }, () => {
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

    it('keeps a letter with its reason, its issues and its body as it came', async () => {
      const { deadLetters } = await use()
      const bytes = new Uint8Array([0xff, 0x00, 0x41])
      const whole = aLetter({ version: '7', group: 'g', attempts: 3, reason: 'odd \u0001 😀' })
      await deadLetters.add([whole, aLetter({ id: 'b', model: undefined, body: bytes, issues: [] })])

      const letters = await collect(deadLetters.scan({}))

      const { lastSeen, reason, ...facts } = whole
      expect(letters.find(({ id }) => id === 'a')).toMatchObject(facts)
      expect(letters.find(({ id }) => id === 'a')?.reason).toMatch(/^odd .+ 😀$/)
      expect(letters.find(({ id }) => id === 'b')).toMatchObject({ model: undefined, body: bytes, issues: [] })
    })

    it('finds letters by id, model and code', async () => {
      const { deadLetters } = await use()
      await deadLetters.add([
        aLetter({ id: 'a' }),
        aLetter({ id: 'b', code: 'malformed_json' }),
        aLetter({ id: 'c', model: 'other' }),
      ])
      const idsOf = async (filter: Parameters<DeadLetters['scan']>[0]): Promise<string[]> =>
        (await collect(deadLetters.scan(filter))).map(({ id }) => id).sort()

      expect(await idsOf({ ids: ['a', 'c', 'z'] })).toEqual(['a', 'c'])
      expect(await idsOf({ model: 'churn' })).toEqual(['a', 'b'])
      expect(await idsOf({ model: 'churn', code: 'malformed_json' })).toEqual(['b'])
      expect(await idsOf({ code: 'unknown_model' })).toEqual([])
    })

    it('leaves letters that were only looked at, also where the look ends early', async () => {
      const { deadLetters } = await use()
      await deadLetters.add(Array.from({ length: 15 }, (_, index) => aLetter({ id: String(index) })))
      for await (const _ of deadLetters.scan({})) break
      expect(await collect(deadLetters.scan({}))).toHaveLength(15)
      expect(await collect(deadLetters.scan({}))).toHaveLength(15)
    })

    it('removes letters of a scan, and only those', async () => {
      const { deadLetters } = await use()
      await deadLetters.add(['a', 'b', 'c'].map(id => aLetter({ id })))
      for await (const letters of deadLetters.scan({ ids: ['a', 'c'] })) await deadLetters.remove(letters)
      expect((await collect(deadLetters.scan({}))).map(({ id }) => id)).toEqual(['b'])
    })

    if (keyed)
      it('holds a letter once: the latest reason, the first time it was seen', async () => {
        const { deadLetters } = await use()
        await deadLetters.add([aLetter({ firstSeen: 1, code: 'malformed_json' })])
        await deadLetters.add([aLetter({ firstSeen: 5, lastSeen: 6 })])
        expect(await collect(deadLetters.scan({}))).toMatchObject([{ firstSeen: 1, lastSeen: 6, code: 'invalid_row' }])
      })

    if (keyed)
      it('keeps a letter that died again while it was on its way back', async () => {
        const { deadLetters } = await use()
        await deadLetters.add([aLetter({ lastSeen: 1 })])
        for await (const letters of deadLetters.scan({})) {
          await deadLetters.add([aLetter({ lastSeen: 2 })])
          await deadLetters.remove(letters)
        }
        expect(await collect(deadLetters.scan({}))).toMatchObject([{ id: 'a', lastSeen: 2 }])
      })

    if (keyed)
      it('shows in one walk no letter that came after its beginning', async () => {
        const { deadLetters } = await use()
        await deadLetters.add(['a', 'b'].map(id => aLetter({ id })))
        const seen: string[] = []
        for await (const letters of deadLetters.scan({ ids: ['a', 'c'] })) {
          seen.push(...letters.map(({ id }) => id))
          await deadLetters.remove(letters)
          if (seen.length < 10) await deadLetters.add([aLetter({ id: 'a' }), aLetter({ id: 'c' })])
        }
        expect(seen).toEqual(['a'])
      })

    if (keyed)
      it('goes on after a cursor', async () => {
        const { deadLetters } = await use()
        await deadLetters.add(['a', 'b', 'c'].map(id => aLetter({ id })))
        const [first] = await collect(deadLetters.scan({}))
        const after = first?.cursor
        const rest = await collect(deadLetters.scan(after === undefined ? {} : { after }))
        expect(rest.map(({ id }) => id)).toEqual(['b', 'c'])
      })

    if (keyed)
      it('holds no record that has a result, whichever came first', async () => {
        const { deadLetters, results } = await use()
        await deadLetters.add([aLetter({ id: 'a' })])
        await results?.publish([aResult({ id: 'a' }), aResult({ id: 'b' })])
        await deadLetters.add([aLetter({ id: 'b' }), aLetter({ id: 'c' })])
        expect((await collect(deadLetters.scan({}))).map(({ id }) => id)).toEqual(['c'])
      })
  })
}
