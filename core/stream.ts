import type { Log } from './ports/log.ts'
import type { Delivery, Queue } from './ports/queue.ts'
import type { Signal } from './ports/signal.ts'
import type { Timer } from './ports/timer.ts'
import type { ProcessDeliveries } from './stream/processor.ts'
import { defaultRetryPolicy, delayAfter } from './stream/retry.ts'

export type StreamOptions = {
  readonly queue: Queue
  readonly process: ProcessDeliveries
  readonly timer: Timer
  readonly log: Log
  /** Records that are taken from the queue, scored and settled together. */
  readonly batchSize: number
  /** Batches that are worked on at once; no more are received until one of them ends. */
  readonly concurrency: number
  readonly random?: () => number
}

/** Scores what comes through a queue until the signal is aborted; then finishes what it has received, and resolves. Never rejects. */
export type RunStream = (signal: Signal) => Promise<void>

export function createStream({
  queue,
  process,
  timer,
  log,
  batchSize,
  concurrency,
  random = Math.random,
}: StreamOptions): RunStream {
  return async signal => {
    const working = new Set<Promise<void>>()
    let failures = 0
    while (!signal.aborted) {
      if (working.size >= concurrency) {
        await Promise.race(working)
        continue
      }
      try {
        const deliveries = await queue.receive(batchSize, signal)
        failures = 0
        if (deliveries.length === 0) continue
        const work: Promise<void> = handle(deliveries).finally(() => working.delete(work))
        working.add(work)
      } catch (error) {
        failures++
        log.warn('the queue cannot be read', { failures, error })
        await timer.sleep(delayAfter(failures, defaultRetryPolicy, random), signal)
      }
    }
    await Promise.all(working)
  }

  async function handle(deliveries: readonly Delivery[]): Promise<void> {
    const settled = new Set<Delivery>()
    let extending: Promise<unknown> = Promise.resolve()
    const stop = timer.every(queue.visibilityMs / 3, () => {
      const held = deliveries.filter(delivery => !settled.has(delivery))
      extending = queue
        .hide(held.map(delivery => ({ delivery, milliseconds: queue.visibilityMs })))
        .catch(error => log.warn('records under way cannot be kept hidden', { records: held.length, error }))
    })
    // once a delivery is settled, a late extension must not undo what was decided
    const settle = async (done: readonly Delivery[], act: () => Promise<void>): Promise<void> => {
      for (const delivery of done) settled.add(delivery)
      await extending
      await act()
    }
    try {
      await process(deliveries, {
        acknowledge: done => settle(done, () => queue.acknowledge(done)),
        hide: hidings =>
          settle(
            hidings.map(({ delivery }) => delivery),
            () => queue.hide(hidings),
          ),
      })
    } catch (error) {
      log.warn('records cannot be settled; they come again', { records: deliveries.length, error })
    } finally {
      stop()
    }
  }
}
