import { expect, it } from 'vitest'
import { aRow } from '../support/churn.ts'
import { toEventBridgeEvent, toHttpEvent, toKinesisEvent, toResponse, toSqsEvent } from '../support/lambda-events.ts'
import type { RuntimeApi } from './runtime-api.ts'

/** What `aRow()` is answered by every door. */
export const answer = '{"churn_probability":0.6812940239906311,"churn":true}'

/** What a function answers to events of every kind, however it was packed. It keeps its dead letters. */
export function describeKnownEvents(answerOf: RuntimeApi['answerOf']): void {
  it.each(['API Gateway 2.0', 'API Gateway 1.0', 'a load balancer'] as const)('answers events of %s', async source => {
    const event = await toHttpEvent(source, '/predict', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(aRow()),
    })
    const response = toResponse(JSON.parse(await answerOf(event)))
    expect(response.status).toBe(200)
    expect(await response.text()).toBe(answer)
  })

  it('answers a direct invocation with the bytes of every other door', async () => {
    expect(await answerOf(aRow())).toBe(answer)
  })

  it('answers batches of SQS and Kinesis with what is to come again, and nothing for an event of EventBridge', async () => {
    const records = [JSON.stringify(aRow()), 'not JSON']
    expect(await answerOf(toSqsEvent(records))).toBe('{"batchItemFailures":[]}')
    expect(await answerOf(toKinesisEvent(records))).toBe('{"batchItemFailures":[]}')
    expect(await answerOf(toEventBridgeEvent(aRow()))).toBe('null')
  })
}
