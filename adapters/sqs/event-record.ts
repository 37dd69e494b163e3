import type { Delivery } from '@scaling-mlops/core'
import { firstSeenOf, toRecord } from './message.ts'

/** A message as an event of Lambda brings it: what the SDK calls `MessageId` is `messageId` there, and so on. */
type EventRecord = {
  readonly messageId?: unknown
  readonly body?: unknown
  readonly attributes?: Readonly<Record<string, string>>
  readonly messageAttributes?: Readonly<Record<string, { readonly stringValue?: string; readonly dataType?: string }>>
}

/** Reads a record of an SQS event as the queue's own adapter reads a message. */
export function fromEventRecord(record: EventRecord): Delivery {
  const { messageId, body, attributes = {}, messageAttributes = {} } = record
  const message = {
    MessageId: String(messageId),
    Body: String(body),
    Attributes: attributes,
    MessageAttributes: Object.fromEntries(
      Object.entries(messageAttributes ?? {}).map(([name, attribute]) => [
        name,
        { DataType: attribute?.dataType, StringValue: attribute?.stringValue },
      ]),
    ),
  }
  return {
    ...toRecord(message),
    attempts: Number(attributes?.ApproximateReceiveCount) || 1,
    firstSeen: firstSeenOf(message) || Date.now(),
    receipt: undefined,
  }
}
