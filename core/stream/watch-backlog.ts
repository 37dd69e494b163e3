import type { Log } from '../ports/log.ts'
import type { Metrics } from '../ports/metrics.ts'
import type { Queue } from '../ports/queue.ts'
import type { Timer } from '../ports/timer.ts'

export type WatchBacklogOptions = {
  readonly queue: Pick<Queue, 'backlog'>
  readonly metrics: Metrics
  readonly timer: Timer
  readonly log: Log
}

/** As often as metrics are pushed; in SQS a look costs as much as a message, which makes ten cents a month. */
const INTERVAL_MS = 10_000

/**
 * Keeps the gauge `StreamBacklog`, until the function it answers is called. A length that could not be read is no length: the gauge is absent
 * then, lest a policy scales by what was true an hour ago.
 */
export function watchBacklog({ queue, metrics, timer, log }: WatchBacklogOptions): () => void {
  let backlog: number | undefined
  let looking = false
  let failing = false
  metrics.gauge('StreamBacklog', () => backlog)

  const look = async (): Promise<void> => {
    if (looking) return
    looking = true
    try {
      backlog = await queue.backlog()
      failing = false
    } catch (error) {
      backlog = undefined
      if (!failing) log.warn('the length of the queue cannot be read; records are scored as ever', { error })
      failing = true
    } finally {
      looking = false
    }
  }

  void look()
  return timer.every(INTERVAL_MS, () => void look())
}
