import type { Delivery, Log, ProcessDeliveries } from '@scaling-mlops/core'
import { type Invocation, inTime } from './invocation.ts'

/** A partial batch response: what is named comes again, the rest is done with. */
export type BatchResponse = { readonly batchItemFailures: readonly { readonly itemIdentifier: string }[] }

/** A delivery, and how its source names it. */
export type Item = { readonly identifier: string; readonly delivery: Delivery }

/** Records that are scored together; between such parts the time left is looked at. */
const PART = 500

/**
 * Takes a batch through the stream processor and answers the items that are not done with, in order: those to be tried again, those
 * held behind one of their group, and those the time did not suffice for. Never rejects.
 */
export type RunBatch = (items: readonly Item[], invocation: Invocation) => Promise<readonly Item[]>

export function createBatchRun(process: ProcessDeliveries, log: Log): RunBatch {
  return async (items, invocation) => {
    const done = new Set<Delivery>()
    const stopped = new Set<string>()
    for (let start = 0; start < items.length && !invocation.signal.aborted; start += PART) {
      const part = items
        .slice(start, start + PART)
        .map(({ delivery }) => delivery)
        .filter(({ group }) => group === undefined || !stopped.has(group))
      await inTime(take(part, done), invocation)
      for (const delivery of part) if (delivery.group !== undefined && !done.has(delivery)) stopped.add(delivery.group)
    }
    const left = items.filter(({ delivery }) => !done.has(delivery))
    if (left.length > 0)
      log.warn(invocation.signal.aborted ? 'time is up; records come again' : 'records come again', {
        requestId: invocation.requestId,
        records: items.length,
        unfinished: left.length,
        first: left[0]?.identifier,
      })
    return left
  }

  async function take(deliveries: readonly Delivery[], done: Set<Delivery>): Promise<void> {
    if (deliveries.length === 0) return
    try {
      await process(deliveries, {
        async acknowledge(finished) {
          for (const delivery of finished) done.add(delivery)
        },
        // the source decides when they come again
        async hide() {},
      })
    } catch (error) {
      log.error('records cannot be processed', { records: deliveries.length, first: deliveries[0]?.id, error })
    }
  }
}
