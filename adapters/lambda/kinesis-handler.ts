import { isUtf8 } from 'node:buffer'
import type { Delivery } from '@scaling-mlops/core'
import { fromBase64 } from './base64.ts'
import type { BatchResponse, Item, RunBatch } from './batch-handler.ts'
import type { Invocation } from './invocation.ts'
import { type Fields, isFields, isText, unknownEvent } from './source.ts'

/** Scores the records of a shard in their order and names the one to go on from: it and all behind it come again. */
export type KinesisHandler = (event: Fields, invocation: Invocation) => Promise<BatchResponse>

/** Records that failed and are remembered; a batch of Kinesis has at most 10,000. */
const MOST_REMEMBERED = 10_000

export function createKinesisHandler(run: RunBatch): KinesisHandler {
  // Kinesis does not count deliveries. Environments stay with a shard for long, so counting here ends most poison; the rest ends by the limits of the event source mapping
  const attempts = new Map<string, number>()

  return async ({ Records }, invocation) => {
    const items = (Records as readonly unknown[]).map(record => toItem(record, attempts))
    const [first] = await run(items, invocation)
    for (const { delivery } of items) {
      if (delivery.position !== undefined) attempts.delete(delivery.position)
      if (delivery === first?.delivery) break
    }
    if (first === undefined) return { batchItemFailures: [] }
    const { position = '', attempts: made } = first.delivery
    if (!invocation.signal.aborted) remember(position, made)
    return { batchItemFailures: [{ itemIdentifier: first.identifier }] }
  }

  function remember(position: string, made: number): void {
    attempts.set(position, made)
    const [oldest] = attempts.keys()
    if (attempts.size > MOST_REMEMBERED && oldest !== undefined) attempts.delete(oldest)
  }
}

function toItem(record: unknown, attempts: ReadonlyMap<string, number>): Item {
  const { kinesis, eventID } = isFields(record) ? record : {}
  if (!isFields(kinesis) || !isText(kinesis.sequenceNumber) || kinesis.sequenceNumber === '' || !isText(kinesis.data))
    throw unknownEvent('a record of Kinesis without a "sequenceNumber" or "data"')
  const { sequenceNumber, data, approximateArrivalTimestamp } = kinesis
  // eventID is "shardId-000000000006:49590338271490256608559692538361571095921575989136588898"
  const shard = isText(eventID) ? eventID.split(':', 1)[0] : undefined
  const position = `${shard ?? 'shard'}:${sequenceNumber}`
  const delivery: Delivery = {
    id: position,
    position,
    group: shard ?? 'shard',
    body: bodyOf(data),
    model: undefined,
    version: undefined,
    attempts: (attempts.get(position) ?? 0) + 1,
    firstSeen: Math.round(Number(approximateArrivalTimestamp) * 1000) || Date.now(),
    receipt: undefined,
  }
  return { identifier: sequenceNumber, delivery }
}

/** Text, or bytes that are none; data that is no base64 stays as it came, and will not be scored. */
function bodyOf(data: string): string | Uint8Array {
  const bytes = fromBase64(data)
  if (bytes === undefined) return data
  return isUtf8(bytes) ? bytes.toString('utf8') : new Uint8Array(bytes)
}
