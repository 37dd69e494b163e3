import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aRow } from '../../support/churn.ts'
import { toEventBridgeEvent, toHttpEvent, toKinesisEvent, toResponse, toSqsEvent } from '../../support/lambda-events.ts'
import { type LambdaHost, openLambdaFunction } from '../../support/lambda-host.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const answer = { churn_probability: 0.6812940239906311, churn: true }

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let host: LambdaHost
beforeAll(async () => {
  folder = await temporaryFolder()
  host = await openLambdaFunction({ DATA_DIR: folder.path, MAX_BODY_BYTES: '20000' })
})
afterAll(async () => {
  await host.close()
  await folder[Symbol.asyncDispose]()
})

const get = async (path: string): Promise<Response> =>
  toResponse((await host.invoke(await toHttpEvent('API Gateway 2.0', path))) as Parameters<typeof toResponse>[0])

describe('a direct invocation', () => {
  it.each([
    ['a row', aRow(), answer],
    ['a list of rows', [aRow(), aRow()], [answer, answer]],
    ['a row for a model', { model: 'churn', row: aRow() }, answer],
    ['rows for a version', { model: 'churn', version: 1, rows: [aRow()] }, [answer]],
    ['rows for a version in text', { model: 'churn', version: '1', rows: [] }, []],
  ])('of %s is answered as /predict would', async (_, payload, expected) => {
    expect(await host.invoke(payload)).toEqual(expected)
  })

  it.each([
    ['a bad row', aRow({ contract: 'weekly' }), 'invalid_row'],
    ['an object that is no row', { hello: 'world' }, 'invalid_row'],
    ['a version that is not there', { model: 'churn', version: 99, row: aRow() }, 'unknown_version'],
    ['a model that is not there', { model: 'chrun', row: aRow() }, 'unknown_model'],
    ['more than the limit', Array.from({ length: 100 }, () => aRow()), 'body_too_large'],
  ])('of %s is answered with the problem, since trying again would not help', async (_, payload, code) => {
    expect(await host.invoke(payload)).toMatchObject({ code, status: expect.any(Number), error: expect.any(String) })
  })

  it('for which there is no time rejects, so that the caller tries again', async () => {
    await expect(host.invoke(aRow(), 0)).rejects.toMatchObject({ name: 'deadline_exceeded' })
  })
})

describe('an event of EventBridge', () => {
  const resultOf = async (id: string): Promise<unknown> => (await get(`/streams/churn/records/${id}`)).json()

  it('is scored under its id', async () => {
    expect(await host.invoke(toEventBridgeEvent(aRow(), { id: 'event-1' }))).toBeNull()
    expect(await resultOf('event-1')).toMatchObject({ status: 'done', result: answer })
  })

  it('may name its model', async () => {
    await host.invoke(toEventBridgeEvent({ model: 'churn', version: 1, row: aRow() }, { id: 'event-2' }))
    expect(await resultOf('event-2')).toMatchObject({ status: 'done', result: answer })
  })

  it('that can never be scored is a dead letter, and not tried again', async () => {
    expect(await host.invoke(toEventBridgeEvent({ model: 'chrun', row: aRow() }, { id: 'event-3' }))).toBeNull()
    expect(await host.invoke(toEventBridgeEvent('no row', { id: 'event-4' }))).toBeNull()
    const letters = async (model: string) => (await get(`/streams/${model}/records/event-3`)).json()
    expect(await letters('chrun')).toMatchObject({ code: 'unknown_model' })
  })

  it('of a schedule keeps the function warm', async () => {
    expect(
      await host.invoke(toEventBridgeEvent({}, { 'detail-type': 'Scheduled Event', source: 'aws.events' })),
    ).toBeNull()
  })
})

describe('the function', () => {
  it('writes its metrics once an invocation, with what was counted in it', async () => {
    const before = host.metrics.length
    await host.invoke([aRow(), aRow(), aRow()])
    await host.invoke(null).catch(() => {})

    const [first, second, ...more] = host.metrics.slice(before)
    expect(more).toEqual([])
    const lines = String(first)
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(lines[0]).toMatchObject({
      EnvironmentName: 'tests',
      Predictions: 3,
      _aws: { CloudWatchMetrics: [{ Namespace: 'ModelServing', Dimensions: [['EnvironmentName']] }] },
    })
    expect(JSON.parse(String(second).split('\n', 1)[0] ?? '')).toMatchObject({ Predictions: 0 })
  })

  it('answers 501 to who wants to follow a stream, and gives what is there', async () => {
    const followed = await get('/streams/churn/results')
    expect(followed.status).toBe(501)
    expect(await followed.json()).toMatchObject({
      code: 'not_supported',
      detail: expect.stringContaining('follow=false'),
    })
    expect((await get('/streams/churn/results?follow=false')).status).toBe(200)
  })

  it('that has no place for results fails batches as a whole or names every record, and serves the rest', async () => {
    const bare = await openLambdaFunction()
    try {
      expect(await bare.invoke(aRow())).toEqual(answer)
      expect(await bare.invoke(toSqsEvent(['{}', '{}']))).toEqual({
        batchItemFailures: [{ itemIdentifier: 'message-0' }, { itemIdentifier: 'message-1' }],
      })
      expect(await bare.invoke(toKinesisEvent(['{}']))).toEqual({ batchItemFailures: [{ itemIdentifier: '100' }] })
      await expect(bare.invoke(toEventBridgeEvent({}))).rejects.toMatchObject({ name: 'try_again' })
    } finally {
      await bare.close()
    }
  })

  it.each([
    ['models that are not there', { MODEL_REPOSITORY: '/nowhere' }, '/nowhere'],
    [
      'a place for dead letters but none for results',
      { DEAD_LETTER_QUEUE_URL: 'http://127.0.0.1:1/dead' },
      'RESULTS_URL',
    ],
  ])('with %s does not start, and says so', async (_, environment, named) => {
    await expect(openLambdaFunction(environment)).rejects.toThrow(named)
  })
})
