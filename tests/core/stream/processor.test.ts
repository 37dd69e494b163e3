import type { OutgoingRecord } from '@scaling-mlops/core'
import { describe, expect, it } from 'vitest'
import { collect } from '../../support/records.ts'
import { aRig } from '../../support/stream-rig.ts'

const record = (id: string, body: OutgoingRecord['body'], more: Partial<OutgoingRecord> = {}): OutgoingRecord => ({
  id,
  model: 'double',
  version: undefined,
  body,
  ...more,
})

describe('a record of a stream', () => {
  it('is answered under its id, and leaves the queue', async () => {
    const rig = aRig()
    await rig.queue.send([record('a', '{"x":4}')])

    await rig.step()

    expect(await rig.results.find('double', 'a')).toMatchObject({ model: 'double', version: 3, answer: '{"y":8}' })
    expect(await rig.queue.has('double', 'a')).toBe(false)
  })

  it('is answered under the id of its envelope before any other', async () => {
    const rig = aRig()
    await rig.queue.send([
      record('a', '{"id":"own","row":{"x":1}}'),
      record('b', '{"id":12,"row":{"x":2}}'),
      record('c', '{"row":{"x":3},"id":"other way round"}'),
    ])

    await rig.step()

    expect((await rig.results.list('double', undefined, 10)).map(({ id }) => id)).toEqual([
      'own',
      '12',
      'other way round',
    ])
  })

  it('is a bare row where it is not exactly an envelope', async () => {
    const rig = aRig()
    await rig.queue.send([
      record('a', '{"id":"own","row":{"x":1},"x":5}'),
      record('b', '{"id":"own","row":1,"x":6}'),
      record('c', '{"id":"own","x":7}'),
    ])
    await rig.step()
    expect((await rig.results.list('double', undefined, 10)).map(({ id }) => id)).toEqual(['a', 'b', 'c'])
  })

  it('goes to the default model where it names none', async () => {
    const rig = aRig()
    await rig.queue.send([record('a', '{"x":1}', { model: undefined })])
    await rig.step()
    expect(await rig.results.find('double', 'a')).toMatchObject({ answer: '{"y":2}' })
  })

  it('is scored with some of its neighbours, however many there are', async () => {
    const slices: number[] = []
    const rig = aRig({ fail: rows => slices.push(rows.length) })
    const ids = Array.from({ length: 300 }, (_, index) => String(index))
    await rig.queue.send(ids.map(id => record(id, `{"x":${id}}`)))

    await rig.step()

    expect(Math.max(...slices)).toBeLessThan(150)
    const results = await rig.results.list('double', undefined, 300)
    expect(results.map(({ id, answer }) => id + answer)).toEqual(ids.map(id => `${id}{"y":${2 * Number(id)}}`))
  })

  it('that comes twice has one result: the first', async () => {
    let factor = 1
    const rig = aRig({
      wrap: streams => ({
        ...streams,
        results: {
          ...streams.results,
          publish: results =>
            streams.results.publish(results.map(result => ({ ...result, answer: `{"y":${factor++}}` }))),
        },
      }),
    })
    await rig.queue.send([record('a', '{"x":1}')])
    await rig.step()
    await rig.queue.send([record('a', '{"x":1}')])
    await rig.step()
    expect(await rig.results.list('double', undefined, 10)).toMatchObject([{ id: 'a', answer: '{"y":1}' }])
  })
})

describe('a record that can never be scored', () => {
  const hopeless: readonly (readonly [what: string, record: OutgoingRecord, code: string, reason: RegExp])[] = [
    ['no JSON', record('r', '{"x":'), 'malformed_json', /line 1, column 6/],
    ['an empty text', record('r', ''), 'malformed_json', /empty/],
    ['no UTF-8', record('r', new Uint8Array([0xff])), 'malformed_json', /UTF-8/],
    ['a key twice', record('r', '{"x":1,"x":2}'), 'duplicate_key', /"x" is given twice/],
    ['an id that is none', record('r', '{"id":"","row":{"x":1}}'), 'invalid_id', /1 to 128 printable/],
    ['a bad row', record('r', '{"x":-1}'), 'invalid_row', /x must be a number of at least 0/],
    ['no object', record('r', '5'), 'invalid_row', /x must be/],
    ['an unknown model', record('r', '{"x":1}', { model: 'triple' }), 'unknown_model', /"triple" is not found/],
    ['an unknown version', record('r', '{"x":1}', { version: '9' }), 'unknown_version', /no 9/],
    ['too many bytes', record('r', `{"x":1,"y":"${'é'.repeat(500)}"}`), 'record_too_large', /1000 bytes/],
  ]

  it.each(hopeless)('because it is %s becomes a dead letter at its first attempt', async (_, given, code, reason) => {
    const rig = aRig()
    await rig.queue.send([record('before', '{"x":1}'), given, record('after', '{"x":2}')])

    await rig.step()

    const [letter, ...others] = await collect(rig.deadLetters.scan({}))
    expect(others).toEqual([])
    expect(letter).toMatchObject({
      id: 'r',
      code,
      attempts: 1,
      body: given.body,
      model: given.model,
      version: given.version,
    })
    expect(letter?.reason).toMatch(reason)
    expect(letter?.issues).toHaveLength(code === 'invalid_row' ? 1 : 0)
    expect(letter?.firstSeen).toBe(letter?.lastSeen)
    expect(await rig.results.list('double', undefined, 10)).toHaveLength(2)
    expect(rig.metrics.total('DeadLettered')).toBe(1)
    rig.pass(3_600_000)
    expect(await rig.step()).toBe(0)
  })

  it('carries the id of its envelope', async () => {
    const rig = aRig()
    await rig.queue.send([record('a', '{"id":"own","row":{"x":-1}}')])
    await rig.step()
    expect(await collect(rig.deadLetters.scan({}))).toMatchObject([{ id: 'own' }])
  })

  it('stays in the queue while dead letters cannot be stored', async () => {
    let broken = true
    const rig = aRig({
      wrap: streams => ({
        ...streams,
        deadLetters: {
          ...streams.deadLetters,
          add: async letters => {
            if (broken) throw new Error('disk full')
            await streams.deadLetters.add(letters)
          },
        },
      }),
    })
    await rig.queue.send([record('a', 'no')])
    await rig.step()
    expect(await collect(rig.deadLetters.scan({}))).toEqual([])
    broken = false
    rig.pass(60_000)
    await rig.step()
    expect(await collect(rig.deadLetters.scan({}))).toMatchObject([{ id: 'a', attempts: 2 }])
  })
})

describe('a record that fails for now', () => {
  it('comes again after growing delays, and is given up after the fifth attempt', async () => {
    const rig = aRig({
      fail: () => {
        throw new Error('out of memory')
      },
    })
    await rig.queue.send([record('a', '{"x":1}')])

    for (const delay of [1_000, 2_000, 4_000, 8_000]) {
      expect(await rig.step()).toBe(1)
      rig.pass(delay - 1)
      expect(await rig.step()).toBe(0)
      rig.pass(1)
    }
    expect(await rig.step()).toBe(1)

    expect(await collect(rig.deadLetters.scan({}))).toMatchObject([
      {
        code: 'attempts_exhausted',
        attempts: 5,
        reason: 'given up after 5 attempts; the last one: out of memory',
      },
    ])
    const [letter] = await collect(rig.deadLetters.scan({}))
    expect(Number(letter?.lastSeen) - Number(letter?.firstSeen)).toBe(15_000)
    rig.pass(3_600_000)
    expect(await rig.step()).toBe(0)
    expect(rig.metrics.total('Retried')).toBe(4)
  })

  it('takes none of its neighbours with it', async () => {
    const rig = aRig({
      fail: rows => {
        if (rows.some(row => [3, 17, 18].includes((row as { x: number }).x))) throw new Error('bad luck')
      },
    })
    await rig.queue.send(Array.from({ length: 50 }, (_, x) => record(String(x), `{"x":${x}}`)))

    await rig.step()

    expect(await rig.results.list('double', undefined, 100)).toHaveLength(47)
    for (const id of ['3', '17', '18']) expect(await rig.queue.has('double', id)).toBe(true)
  })

  it('is not acknowledged before its result is stored', async () => {
    let broken = true
    const rig = aRig({
      wrap: streams => ({
        ...streams,
        results: {
          ...streams.results,
          publish: async results => {
            if (broken) throw new Error('no space')
            await streams.results.publish(results)
          },
        },
      }),
    })
    await rig.queue.send([record('a', '{"x":1}')])
    await rig.step()
    expect(await rig.queue.has('double', 'a')).toBe(true)

    broken = false
    rig.pass(1_000)
    await rig.step()

    expect(await rig.results.find('double', 'a')).toBeDefined()
    expect(await rig.queue.has('double', 'a')).toBe(false)
  })

  it('holds the rest of its group, which keeps its order', async () => {
    let luck = false
    const rig = aRig({
      fail: rows => {
        if (!luck && rows.some(row => (row as { x: number }).x === 2)) throw new Error('bad luck')
      },
    })
    const group = (id: string, x: number, name: string) => record(id, `{"x":${x}}`, { group: name })
    await rig.queue.send([group('a1', 1, 'a'), group('a2', 2, 'a'), group('a3', 3, 'a'), group('b1', 4, 'b')])

    await rig.step()
    expect((await rig.results.list('double', undefined, 10)).map(({ id }) => id)).toEqual(['a1', 'b1'])
    luck = true
    rig.pass(1_000)
    await rig.step()

    const order = (await rig.results.list('double', undefined, 10)).map(({ id }) => id)
    expect(order).toEqual(['a1', 'b1', 'a2', 'a3'])
  })
})
