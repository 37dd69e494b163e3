import { randomUUID } from 'node:crypto'
import type { Message } from '@aws-sdk/client-sqs'
import type { Delivery, OutgoingRecord, Queue } from '@scaling-mlops/core'
import { assertNoneFailed, inBatches } from './in-batches.ts'
import { everyAttribute, firstSeenOf, sizeOf, toMessage, toRecord } from './message.ts'
import { isFifo, openSqsApi, type SqsApi } from './sqs-api.ts'

export type SqsQueueOptions = {
  readonly url: string
  readonly visibilityMs?: number
  /** How long one receive waits for the first message; SQS allows 20 s. */
  readonly waitSeconds?: number
}

/** What SQS lets one receive bring, and how many of those run at once to fill a batch. */
const MOST_PER_RECEIVE = 10
const PARALLEL_RECEIVES = 10

/** A queue that takes longer to say how long it is has not said it. */
const PATIENCE_MS = 5_000

/** A standard or FIFO queue. It cannot be asked for one record, and a standard queue may deliver a record twice at any time. */
export async function openSqsQueue({
  url,
  visibilityMs = 30_000,
  waitSeconds = 20,
}: SqsQueueOptions): Promise<Queue & { close(): void }> {
  const api = await openSqsApi(url)
  const { sdk, client } = api

  const receive = async (most: number, wait: number, signal: AbortSignal): Promise<readonly Message[]> => {
    const command = new sdk.ReceiveMessageCommand({
      QueueUrl: url,
      MaxNumberOfMessages: Math.min(MOST_PER_RECEIVE, most),
      WaitTimeSeconds: wait,
      VisibilityTimeout: Math.ceil(visibilityMs / 1000),
      ...everyAttribute(),
    })
    return (await client.send(command, { abortSignal: signal })).Messages ?? []
  }

  return {
    visibilityMs,
    send: records => sendRecords(api, url, records),
    async receive(limit, signal) {
      try {
        const platformSignal = signal as AbortSignal
        const first = await receive(limit, waitSeconds, platformSignal)
        if (first.length < MOST_PER_RECEIVE || limit <= MOST_PER_RECEIVE) return first.map(toDelivery)
        const more = Math.min(PARALLEL_RECEIVES, Math.ceil((limit - MOST_PER_RECEIVE) / MOST_PER_RECEIVE))
        const rest = await Promise.allSettled(
          Array.from({ length: more }, () => receive(MOST_PER_RECEIVE, 0, platformSignal)),
        )
        return [...first, ...rest.flatMap(result => (result.status === 'fulfilled' ? result.value : []))].map(
          toDelivery,
        )
      } catch (error) {
        if (signal.aborted) return []
        throw error
      }
    },
    async hide(hidings) {
      const entries = hidings.map(({ delivery, milliseconds }, index) => ({
        Id: String(index),
        ReceiptHandle: delivery.receipt as string,
        VisibilityTimeout: Math.min(43_200, Math.ceil(milliseconds / 1000)),
      }))
      const failed = await inBatches(entries, Entries =>
        client.send(new sdk.ChangeMessageVisibilityBatchCommand({ QueueUrl: url, Entries: [...Entries] })),
      )
      assertNoneFailed(failed.filter(isOurs), 'the records to hide')
    },
    async acknowledge(deliveries) {
      const entries = deliveries.map(({ receipt }, index) => ({ Id: String(index), ReceiptHandle: receipt as string }))
      const failed = await inBatches(entries, Entries =>
        client.send(new sdk.DeleteMessageBatchCommand({ QueueUrl: url, Entries: [...Entries] })),
      )
      assertNoneFailed(failed.filter(isOurs), 'the records to delete')
    },
    has: async () => undefined,
    async backlog() {
      const command = new sdk.GetQueueAttributesCommand({
        QueueUrl: url,
        AttributeNames: ['ApproximateNumberOfMessages'],
      })
      const { Attributes } = await client.send(command, { abortSignal: AbortSignal.timeout(PATIENCE_MS) })
      const length = Attributes?.ApproximateNumberOfMessages
      if (length === undefined) throw new Error(`SQS does not say how many messages wait in ${url}`)
      return Number(length)
    },
    close: () => client.destroy(),
  }
}

async function sendRecords({ sdk, client }: SqsApi, url: string, records: readonly OutgoingRecord[]): Promise<void> {
  const entries = records.map((record, index) => {
    const { body, attributes } = toMessage(record)
    return {
      Id: String(index),
      MessageBody: body,
      MessageAttributes: attributes,
      // a fresh deduplication id: within five minutes SQS would swallow a redriven record that keeps its old one
      ...(isFifo(url)
        ? { MessageGroupId: record.group ?? record.id, MessageDeduplicationId: randomUUID() }
        : { DelaySeconds: Math.min(900, Math.ceil((record.delayMs ?? 0) / 1000)) }),
    }
  })
  const failed = await inBatches(
    entries,
    Entries => client.send(new sdk.SendMessageBatchCommand({ QueueUrl: url, Entries: [...Entries] })),
    entry => sizeOf(entry.MessageBody, entry.MessageAttributes),
  )
  assertNoneFailed(failed, 'the records sent')
}

/** A sender's fault here means: the receipt is out of date, somebody else has the message or it is gone. */
function isOurs({ SenderFault }: { readonly SenderFault?: boolean | undefined }): boolean {
  return SenderFault !== true
}

function toDelivery(message: Message): Delivery {
  return {
    ...toRecord(message),
    receipt: message.ReceiptHandle,
    attempts: Number(message.Attributes?.ApproximateReceiveCount ?? 1),
    firstSeen: firstSeenOf(message),
  }
}
