import { createEventHandler, type EventHandlers, openInvocation } from '@scaling-mlops/adapters/lambda'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toEventBridgeEvent, toHttpEvent, toKinesisEvent, toSqsEvent } from '../../support/lambda-events.ts'

/** Handlers that answer their own name. */
const handle = createEventHandler(
  {
    http: async (_: unknown, source: string) => source,
    direct: async () => 'direct',
    sqs: async () => 'sqs',
    kinesis: async () => 'kinesis',
    eventBridge: async () => 'eventBridge',
    s3: async () => 's3',
    tasks: async () => 'tasks',
  } as unknown as EventHandlers,
  { queueName: 'tasks' },
)

const invocation = openInvocation({ awsRequestId: 'a', getRemainingTimeInMillis: () => 3_000 })
invocation.close()

const [newer, older, balancer] = await Promise.all([
  toHttpEvent('API Gateway 2.0', '/ping'),
  toHttpEvent('API Gateway 1.0', '/ping'),
  toHttpEvent('a load balancer', '/ping'),
])

describe('an event', () => {
  it.each([
    ['API Gateway 2.0', newer, 'http-2.0'],
    ['API Gateway 1.0', older, 'http-1.0'],
    ['a load balancer', balancer, 'alb'],
    ['SQS', toSqsEvent(['{}']), 'sqs'],
    ['Kinesis', toKinesisEvent(['{}']), 'kinesis'],
    ['EventBridge', toEventBridgeEvent({}), 'eventBridge'],
    ['nobody but a caller with a row', { tenure: 1 }, 'direct'],
    ['nobody but a caller with rows', [{ tenure: 1 }], 'direct'],
    ['a caller whose row has a field "source"', { source: 'web', detail: 1 }, 'direct'],
  ])('of %s is known by its shape', async (_, event, source) => {
    expect(await handle(event, invocation)).toBe(source)
  })

  it.each([
    ['null', null, 'null'],
    ['a text', 'hello', 'string'],
    ['a number', 17, 'number'],
    ['an SNS notification', { Records: [{ EventSource: 'aws:sns' }] }, 'aws:sns'],
    ['a DynamoDB stream', { Records: [{ eventSource: 'aws:dynamodb' }] }, 'aws:dynamodb'],
    ['no records', { Records: [] }, 'no source'],
    [
      'records of two sources',
      { Records: [{ eventSource: 'aws:sqs' }, { eventSource: 'aws:kinesis' }] },
      'aws:kinesis',
    ],
    ['records that are none', { Records: [1, null] }, 'none'],
    ['records that are no list', { Records: 'x' }, 'Records'],
    ['a log of CloudWatch', { awslogs: { data: 'H4s=' } }, 'awslogs'],
    ['a request of a WebSocket', { requestContext: { connectionId: 'a' } }, 'requestContext'],
  ])('that is %s is refused with its kind in the message', async (_, event, named) => {
    await expect(handle(event, invocation)).rejects.toMatchObject({
      name: 'unknown_event',
      message: expect.stringContaining(named),
    })
  })

  it('of any JSON is known or refused, and never breaks the function', async () => {
    const keys = fc.constantFrom(
      'Records',
      'requestContext',
      'source',
      'detail-type',
      'detail',
      'httpMethod',
      'path',
      'rawPath',
      'x',
    )
    const event = fc.oneof(fc.jsonValue(), fc.dictionary(keys, fc.jsonValue()))
    await fc.assert(
      fc.asyncProperty(event, async value => {
        const outcome = await handle(value, invocation).catch(error => error.name)
        expect(['http-2.0', 'http-1.0', 'alb', 'sqs', 'kinesis', 'eventBridge', 'direct', 'unknown_event']).toContain(
          outcome,
        )
      }),
      { numRuns: 500 },
    )
  })
})
