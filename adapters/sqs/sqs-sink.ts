import { randomUUID } from 'node:crypto'
import { type ResultSink, type StreamResult, writeResult } from '@scaling-mlops/core'
import { assertNoneFailed, inBatches, MAX_BYTES } from './in-batches.ts'
import { sizeOf, toAttributes } from './message.ts'
import { isFifo, openSqsApi } from './sqs-api.ts'

export type SqsSinkOptions = {
  readonly url: string
  /** Where a result goes that is too large for a message; the message then names its place. */
  readonly large?: ResultSink & { urlOf(result: StreamResult): string }
  /** The largest message, attributes included. */
  readonly maxBytes?: number
}

/** Results as messages that carry their id: at least once each, so that who reads them must drop an id that was read already. */
export async function openSqsSink({
  url,
  large,
  maxBytes = MAX_BYTES,
}: SqsSinkOptions): Promise<ResultSink & { close(): void }> {
  const { sdk, client } = await openSqsApi(url)

  const toEntry = (result: StreamResult, index: number, body: string) => ({
    Id: String(index),
    MessageBody: body,
    MessageAttributes: toAttributes({ 'record-id': result.id, model: result.model, version: String(result.version) }),
    ...(isFifo(url) ? { MessageGroupId: result.id, MessageDeduplicationId: randomUUID() } : {}),
  })

  return {
    async publish(results) {
      const tooLarge: StreamResult[] = []
      const entries = results.map((result, index) => {
        const entry = toEntry(result, index, writeResult(result))
        if (sizeOf(entry.MessageBody, entry.MessageAttributes) <= maxBytes) return entry
        if (large === undefined)
          throw new Error(
            `the result of ${result.id} is larger than the ${maxBytes} bytes a message may have; set LARGE_RESULTS_URL`,
          )
        tooLarge.push(result)
        const { id, model, version } = result
        return toEntry(result, index, JSON.stringify({ id, model, version, resultUrl: large.urlOf(result) }))
      })
      if (tooLarge.length > 0) await large?.publish(tooLarge)
      const failed = await inBatches(
        entries,
        Entries => client.send(new sdk.SendMessageBatchCommand({ QueueUrl: url, Entries: [...Entries] })),
        entry => sizeOf(entry.MessageBody, entry.MessageAttributes),
      )
      assertNoneFailed(failed, 'the results')
    },
    close: () => client.destroy(),
  }
}
