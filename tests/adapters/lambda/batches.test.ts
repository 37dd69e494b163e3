import { createBatchRun, createKinesisHandler, createSqsHandler, openInvocation } from '@scaling-mlops/adapters/lambda'
import { createMemoryLog } from '@scaling-mlops/adapters/memory'
import { fromEventRecord } from '@scaling-mlops/adapters/sqs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SHARD, toKinesisEvent, toSqsEvent } from '../../support/lambda-events.ts'
import { collect } from '../../support/records.ts'
import { aRig } from '../../support/stream-rig.ts'

/** Both handlers over streams in memory, with a model that breaks at `fail`. */
function aFunction(options: Parameters<typeof aRig>[0] = {}) {
  const rig = aRig(options)
  const log = createMemoryLog()
  const run = createBatchRun(rig.process, log)
  const invoke = async <Answer>(
    handler: (event: Record<string, unknown>, invocation: ReturnType<typeof openInvocation>) => Promise<Answer>,
    event: Record<string, unknown>,
    milliseconds = 30_000,
  ): Promise<Answer> => {
    const ends = performance.now() + milliseconds
    const invocation = openInvocation({
      awsRequestId: 'invocation-1',
      getRemainingTimeInMillis: () => ends - performance.now(),
    })
    try {
      return await handler(event, invocation)
    } finally {
      invocation.close()
    }
  }
  const sqs = createSqsHandler(run, fromEventRecord)
  const kinesis = createKinesisHandler(run)
  return {
    ...rig,
    log,
    sqs: (event: Record<string, unknown>, milliseconds?: number) => invoke(sqs, event, milliseconds),
    kinesis: (event: Record<string, unknown>, milliseconds?: number) => invoke(kinesis, event, milliseconds),
    letters: () => collect(rig.deadLetters.scan({})),
    results: async () => (await rig.results.list('double', undefined, 1_000)).map(({ id, answer }) => [id, answer]),
  }
}

/** Breaks at rows with this value until it is told to stop. */
function breaksAt(value: number) {
  const state = { broken: true }
  const fail = (rows: readonly unknown[]): void => {
    if (state.broken && rows.some(row => (row as { x?: number }).x === value)) throw new Error('the model broke')
  }
  return { state, fail }
}

const again = (...identifiers: string[]) => ({
  batchItemFailures: identifiers.map(itemIdentifier => ({ itemIdentifier })),
})
const attribute = (stringValue: string) => ({ stringValue, dataType: 'String' })

describe('an event of SQS', () => {
  it('whose records are all scored is answered with no failures, and the results are stored', async () => {
    const { sqs, results } = aFunction()
    expect(await sqs(toSqsEvent(['{"x":1}', '{"id":"own","row":{"x":2}}']))).toEqual(again())
    expect(await results()).toEqual([
      ['message-0', '{"y":2}'],
      ['own', '{"y":4}'],
    ])
  })

  it('names the record that may succeed later, and only that', async () => {
    const { fail } = breaksAt(2)
    const { sqs, results, log } = aFunction({ fail })
    expect(await sqs(toSqsEvent(['{"x":1}', '{"x":2}', '{"x":3}']))).toEqual(again('message-1'))
    expect((await results()).map(([id]) => id)).toEqual(['message-0', 'message-2'])
    expect(log.lines).toContainEqual(
      expect.objectContaining({ fields: expect.objectContaining({ unfinished: 1, first: 'message-1' }) }),
    )
  })

  it('with records that can never be scored makes them dead letters, and they do not come again', async () => {
    const { sqs, letters, results } = aFunction()
    const broken = [
      'not JSON',
      '{"x":-1}',
      { body: '{"x":1}', messageAttributes: { model: attribute('treble') } },
      { body: 'not base64!', messageAttributes: { encoding: attribute('base64') } },
      '{"x":4}',
    ]
    expect(await sqs(toSqsEvent(broken))).toEqual(again())
    expect((await letters()).map(({ id, code, body }) => [id, code, body])).toEqual([
      ['message-0', 'malformed_json', 'not JSON'],
      ['message-1', 'invalid_row', '{"x":-1}'],
      ['message-2', 'unknown_model', '{"x":1}'],
      ['message-3', 'malformed_json', 'not base64!'],
    ])
    expect(await results()).toEqual([['message-4', '{"y":8}']])
  })

  it('gives a record up at its fifth delivery', async () => {
    const { fail } = breaksAt(2)
    const { sqs, letters } = aFunction({ fail })
    const fifth = { body: '{"x":2}', attributes: { ApproximateReceiveCount: '5', SentTimestamp: '1763894400000' } }
    expect(await sqs(toSqsEvent([fifth]))).toEqual(again())
    expect(await letters()).toMatchObject([
      { id: 'message-0', code: 'attempts_exhausted', attempts: 5, firstSeen: 1763894400000 },
    ])
  })

  it('of a FIFO queue holds what is behind a failed record of its group, over parts of a batch too', async () => {
    const { fail } = breaksAt(2)
    const { sqs, results } = aFunction({ fail })
    const inGroup = (group: string, body: string) => ({
      body,
      attributes: { ApproximateReceiveCount: '1', SentTimestamp: '1763894400000', MessageGroupId: group },
    })
    const many = Array.from({ length: 600 }, () => inGroup('b', '{"x":5}'))
    const event = toSqsEvent([inGroup('a', '{"x":2}'), inGroup('a', '{"x":3}'), ...many, inGroup('a', '{"x":4}')])

    expect(await sqs(event)).toEqual(again('message-0', 'message-1', 'message-602'))
    expect(await results()).toHaveLength(600)
  })

  it('names every record where results cannot be stored', async () => {
    const { sqs, letters } = aFunction({
      wrap: streams => ({
        ...streams,
        results: { ...streams.results, publish: () => Promise.reject(new Error('the sink is down')) },
      }),
    })
    expect(await sqs(toSqsEvent(['{"x":1}', '{"x":2}']))).toEqual(again('message-0', 'message-1'))
    expect(await letters()).toEqual([])
  })

  it('names what is left when the time is up, and says so', async () => {
    let published = 0
    const { sqs, log } = aFunction({
      wrap: streams => ({
        ...streams,
        results: {
          ...streams.results,
          // the first part is stored, the second never ends
          publish: results => (published++ === 0 ? streams.results.publish(results) : new Promise(() => {})),
        },
      }),
    })
    const event = toSqsEvent(Array.from({ length: 1_200 }, () => '{"x":1}'))

    const { batchItemFailures } = await sqs(event, 800)

    expect(batchItemFailures).toHaveLength(700)
    // the third part is not begun
    expect(published).toBe(2)
    expect(batchItemFailures[0]).toEqual({ itemIdentifier: 'message-500' })
    expect(log.lines).toContainEqual(
      expect.objectContaining({
        message: 'time is up; records come again',
        fields: expect.objectContaining({ records: 1_200, unfinished: 700, requestId: 'invocation-1' }),
      }),
    )
  })

  it('fails as a whole, so that all of it comes again, where a record has no id to be named by', async () => {
    const { sqs, results } = aFunction()
    const event = {
      Records: [...(toSqsEvent(['{"x":1}']).Records as object[]), { eventSource: 'aws:sqs', body: '{}' }],
    }
    await expect(sqs(event)).rejects.toMatchObject({ name: 'unknown_event' })
    expect(await results()).toEqual([])
  })
})

describe('an event of Kinesis', () => {
  it('is done with where all records are scored, each under its shard and sequence number', async () => {
    const { kinesis, results } = aFunction()
    expect(await kinesis(toKinesisEvent(['{"x":1}', '{"id":"own","row":{"x":2}}']))).toEqual(again())
    expect(await results()).toEqual([
      [`${SHARD}:100`, '{"y":2}'],
      ['own', '{"y":4}'],
    ])
  })

  it('goes on from the first record that failed, and scores nothing behind it before', async () => {
    const { state, fail } = breaksAt(2)
    const { kinesis, results } = aFunction({ fail })
    const event = toKinesisEvent(['{"x":1}', '{"x":2}', '{"x":3}'])
    expect(await kinesis(event)).toEqual(again('101'))
    expect(await results()).toHaveLength(1)

    state.broken = false
    const rest = { Records: (event.Records as object[]).slice(1) }
    expect(await kinesis(rest)).toEqual(again())

    expect((await results()).map(([id]) => id)).toEqual([100, 101, 102].map(number => `${SHARD}:${number}`))
  })

  it('buries a poison record with its payload, shard and sequence number, and the shard moves on', async () => {
    const { kinesis, letters, results } = aFunction()
    const bytes = new Uint8Array([0xff, 0x00])
    const poison = ['{"x":1}', '{"id":"own","row":{"x":-1}}', bytes, '{"x":3}']

    expect(await kinesis(toKinesisEvent(poison))).toEqual(again())

    expect(
      (await letters()).map(({ id, group, code, body, firstSeen }) => ({ id, group, code, body, firstSeen })),
    ).toEqual([
      { id: `${SHARD}:101`, group: SHARD, code: 'invalid_row', body: poison[1], firstSeen: 1763894400123 },
      { id: `${SHARD}:102`, group: SHARD, code: 'malformed_json', body: bytes, firstSeen: 1763894400123 },
    ])
    expect(await results()).toHaveLength(2)
  })

  it('gives a record that breaks the model up at the fifth delivery, counted by the function itself', async () => {
    const { fail } = breaksAt(2)
    const { kinesis, letters, results } = aFunction({ fail })
    const event = toKinesisEvent(['{"x":2}', '{"x":3}'])
    for (let delivery = 1; delivery < 5; delivery++) expect(await kinesis(event)).toEqual(again('100'))

    expect(await kinesis(event)).toEqual(again())

    expect(await letters()).toMatchObject([{ id: `${SHARD}:100`, code: 'attempts_exhausted', attempts: 5 }])
    expect(await results()).toEqual([[`${SHARD}:101`, '{"y":6}']])
  })

  it('keeps data that is not the base64 it should be as the payload of its dead letter', async () => {
    const { kinesis, letters } = aFunction()
    const event = toKinesisEvent(['{"x":1}'])
    const [record] = event.Records as { kinesis: Record<string, unknown> }[]
    if (record) record.kinesis.data = 'no base64!'
    expect(await kinesis(event)).toEqual(again())
    expect(await letters()).toMatchObject([{ id: `${SHARD}:100`, code: 'malformed_json', body: 'no base64!' }])
  })

  it('goes on from the first unfinished record when the time is up', async () => {
    const { kinesis } = aFunction({
      wrap: streams => ({ ...streams, results: { ...streams.results, publish: () => new Promise(() => {}) } }),
    })
    expect(await kinesis(toKinesisEvent(['{"x":1}', '{"x":2}']), 200)).toEqual(again('100'))
  })

  it('with a record without its sequence number fails as a whole', async () => {
    const { kinesis } = aFunction()
    await expect(kinesis({ Records: [{ eventSource: 'aws:kinesis', kinesis: { data: '' } }] })).rejects.toMatchObject({
      name: 'unknown_event',
    })
  })

  it('read to its end loses nothing and keeps its order, whatever fails how often', async () => {
    // 0 never fails, 1 to 4 fail so often, 5 fails for good, -1 can never be scored
    const record = fc.constantFrom(0, 0, 0, 1, 2, 4, 5, -1)
    await fc.assert(
      fc.asyncProperty(fc.array(record, { maxLength: 12 }), fc.integer({ min: 1, max: 5 }), async (kinds, batch) => {
        const failures = kinds.map(kind => (kind === 5 ? Number.POSITIVE_INFINITY : kind))
        const { kinesis, results, letters } = aFunction({
          fail(rows) {
            // the rows of a batch are tried together, then apart: only who stands alone has used an attempt up
            const broken = rows.map(row => (row as { x: number }).x).filter(x => (failures[x] ?? 0) > 0)
            if (rows.length === 1) for (const x of broken) failures[x] = (failures[x] ?? 0) - 1
            if (broken.length > 0) throw new Error('the model broke')
          },
        })
        const { Records } = toKinesisEvent(kinds.map((kind, x) => `{"x":${kind === -1 ? -1 : x}}`)) as {
          Records: { kinesis: { sequenceNumber: string } }[]
        }
        // an event source mapping: it goes on from the checkpoint, or behind the batch where there is none
        let invocations = 0
        for (let next = 0; next < Records.length && invocations++ < 200; ) {
          const { batchItemFailures } = await kinesis({ Records: Records.slice(next, next + batch) })
          const [first] = batchItemFailures
          next =
            first === undefined
              ? next + batch
              : Records.findIndex(({ kinesis: { sequenceNumber } }) => sequenceNumber === first.itemIdentifier)
        }

        const numbers = (ids: readonly unknown[]): number[] => ids.map(id => Number(String(id).split(':')[1]) - 100)
        const scored = kinds.flatMap((kind, index) => (kind >= 0 && kind < 5 ? [index] : []))
        const dead = kinds.flatMap((kind, index) => (kind === -1 || kind === 5 ? [index] : []))
        expect(numbers((await results()).map(([id]) => id))).toEqual(scored)
        expect(numbers((await letters()).map(({ id }) => id))).toEqual(dead)
      }),
      { numRuns: 60 },
    )
  })
})
