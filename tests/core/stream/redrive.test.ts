import { discard, redrive, tryRedrive } from '@scaling-mlops/core'
import { expect, it } from 'vitest'
import { aLetter, collect } from '../../support/records.ts'
import { aRig } from '../../support/stream-rig.ts'

const letter = (id: string, body: string) => aLetter({ id, body, model: 'double', firstSeen: 42 })

it('sends letters back under their ids, and their results take their place', async () => {
  const rig = aRig()
  await rig.deadLetters.add([letter('a', '{"x":1}'), letter('b', '{"x":2}'), letter('c', '{"x":-3}')])

  expect(await redrive(rig, { filter: {}, limit: 100, rate: 500 })).toBe(3)
  rig.pass(1_000)
  await rig.step()

  expect((await rig.results.list('double', undefined, 10)).map(({ id }) => id)).toEqual(['a', 'b'])
  expect(await collect(rig.deadLetters.scan({}))).toMatchObject([{ id: 'c', attempts: 1, firstSeen: 42 }])
})

it('lets them come up no faster than the rate', async () => {
  const rig = aRig()
  await rig.deadLetters.add(Array.from({ length: 10 }, (_, x) => letter(String(x), `{"x":${x}}`)))
  await redrive(rig, { filter: {}, limit: 100, rate: 2 })
  expect(await rig.step()).toBe(1)
  rig.pass(1_000)
  expect(await rig.step()).toBe(2)
  rig.pass(3_500)
  expect(await rig.step()).toBe(7)
})

it('stops at its limit', async () => {
  const rig = aRig()
  await rig.deadLetters.add(['a', 'b', 'c'].map(id => letter(id, '{"x":1}')))
  expect(await redrive(rig, { filter: {}, limit: 2, rate: 50 })).toBe(2)
  expect(await collect(rig.deadLetters.scan({}))).toMatchObject([{ id: 'c' }])
})

it('says of a trial how many would pass now, and changes nothing', async () => {
  const rig = aRig()
  await rig.deadLetters.add([letter('a', '{"x":1}'), letter('b', '{"x":-2}'), letter('c', 'no')])
  expect(await tryRedrive(rig, { filter: {}, limit: 100 })).toEqual({ matching: 3, passing: 1 })
  expect(await collect(rig.deadLetters.scan({}))).toHaveLength(3)
  expect(await rig.step()).toBe(0)
})

it('discards what matches', async () => {
  const rig = aRig()
  await rig.deadLetters.add([letter('a', '{}'), aLetter({ id: 'b', code: 'malformed_json' })])
  expect(await discard(rig.deadLetters, { code: 'malformed_json' }, 100)).toBe(1)
  expect(await collect(rig.deadLetters.scan({}))).toMatchObject([{ id: 'a' }])
})
