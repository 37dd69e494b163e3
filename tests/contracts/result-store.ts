import type { ResultSink, ResultStore } from '@scaling-mlops/core'
import { afterAll, describe, expect, it } from 'vitest'
import { aResult } from '../support/records.ts'

/** What every sink keyed by id promises. `list` is tested where there is one. */
export type KeyedSink = ResultSink & Pick<ResultStore, 'find'> & Partial<Pick<ResultStore, 'list'>>

export function describeResultStore(
  adapter: string,
  open: () => Promise<{ readonly results: KeyedSink; close(): Promise<void> }>,
  { lists }: { readonly lists: boolean },
): void {
  describe(`the results of ${adapter}`, { concurrent: true }, () => {
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

    it('finds a result under its model and id, the answer to the byte', async () => {
      const { results } = await use()
      const answer = '{"churn_probability":0.6812940239906311,"churn":true}'
      await results.publish([aResult({ answer }), aResult({ id: 'b/ü "?' })])
      expect(await results.find('churn', 'a')).toMatchObject(aResult({ answer }))
      expect(await results.find('churn', 'b/ü "?')).toMatchObject(aResult({ id: 'b/ü "?' }))
      expect(await results.find('churn', 'c')).toBeUndefined()
      expect(await results.find('other', 'a')).toBeUndefined()
    })

    it('keeps the first result of an id', async () => {
      const { results } = await use()
      await results.publish([aResult({ answer: '{"churn":true}' })])
      await results.publish([aResult({ answer: '{"churn":false}' }), aResult({ id: 'b' })])
      expect((await results.find('churn', 'a'))?.answer).toBe('{"churn":true}')
      expect(await results.find('churn', 'b')).toBeDefined()
      const ids = ['c', 'a', 'd', 'e', 'b', 'f']
      await results.publish(ids.map((id, index) => aResult({ id, answer: `{"place":${index}}` })))
      for (const id of ['c', 'd', 'e', 'f'])
        expect((await results.find('churn', id))?.answer).toBe(`{"place":${ids.indexOf(id)}}`)
    })

    if (lists)
      it('lists a model in the order of publication, after a cursor', async () => {
        const { results } = await use()
        const ids = Array.from({ length: 7 }, (_, index) => String(9 - index))
        for (const id of ids) await results.publish([aResult({ id }), aResult({ id, model: 'other' })])
        await results.publish([aResult({ id: '9' })])

        const first = (await results.list?.('churn', undefined, 4)) ?? []
        const rest = (await results.list?.('churn', first.at(-1)?.cursor, 10)) ?? []

        expect([...first, ...rest].map(({ id }) => id)).toEqual(ids)
        expect(await results.list?.('churn', rest.at(-1)?.cursor, 10)).toEqual([])
      })
  })
}
