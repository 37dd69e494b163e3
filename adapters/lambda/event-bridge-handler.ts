import type { RunBatch } from './batch-handler.ts'
import { openEnvelope } from './direct-handler.ts'
import type { Invocation } from './invocation.ts'
import { InvocationError } from './invocation-error.ts'
import { type Fields, isFields, isText } from './source.ts'

/** Scores the detail of an event as one record of a stream, under the event's id. Rejects, so that Lambda invokes again, where it is not done with. */
export type EventBridgeHandler = (event: Fields, invocation: Invocation) => Promise<void>

export function createEventBridgeHandler(run: RunBatch): EventBridgeHandler {
  return async (event, invocation) => {
    // a schedule keeps the function warm: that it runs is all it asks for
    if (event['detail-type'] === 'Scheduled Event') return
    const { detail, time } = event
    const id = isText(event.id) ? event.id : invocation.requestId
    const envelope = isFields(detail) && 'model' in detail ? openEnvelope(detail) : undefined
    const delivery = {
      id,
      model: envelope?.model,
      version: envelope?.version,
      body: JSON.stringify(envelope?.body ?? detail ?? null),
      // asynchronous invocations are not counted; Lambda itself gives up after its third
      attempts: 1,
      firstSeen: Date.parse(String(time)) || Date.now(),
      receipt: undefined,
    }
    const [left] = await run([{ identifier: id, delivery }], invocation)
    if (left !== undefined) throw new InvocationError('try_again', `event ${id} could not be scored now`)
  }
}
