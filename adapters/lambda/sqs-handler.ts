import type { Delivery } from '@scaling-mlops/core'
import type { BatchResponse, Item, RunBatch } from './batch-handler.ts'
import type { Invocation } from './invocation.ts'
import { type Fields, isFields, isText, unknownEvent } from './source.ts'

/** Scores the messages of an event and names those that are to come again. Rejects, so that all do, where one has no id to be named by. */
export type SqsHandler = (event: Fields, invocation: Invocation) => Promise<BatchResponse>

export function createSqsHandler(run: RunBatch, toDelivery: (record: Fields) => Delivery): SqsHandler {
  return async ({ Records }, invocation) => {
    const items = (Records as readonly unknown[]).map((record): Item => {
      if (!isFields(record) || !isText(record.messageId) || record.messageId === '' || !isText(record.body))
        throw unknownEvent('a record of SQS without a "messageId" or a "body"')
      return { identifier: record.messageId, delivery: toDelivery(record) }
    })
    const left = await run(items, invocation)
    return { batchItemFailures: left.map(({ identifier }) => ({ itemIdentifier: identifier })) }
  }
}
