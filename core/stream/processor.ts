import type { Clock } from '../ports/clock.ts'
import type { DeadLetters } from '../ports/dead-letters.ts'
import type { Log } from '../ports/log.ts'
import type { Metrics } from '../ports/metrics.ts'
import type { Delivery, Queue } from '../ports/queue.ts'
import type { ResultSink } from '../ports/result-sink.ts'
import type { DeadLetter } from './dead-letter.ts'
import type { DeadReason } from './dead-reason.ts'
import type { Judge, Judgement } from './judge.ts'
import { defaultRetryPolicy, delayAfter, exhaustedReason, type RetryPolicy } from './retry.ts'

/**
 * Takes deliveries to their end: results are published before anything is acknowledged, what can never be scored becomes a dead letter,
 * and what may be scored later goes back to the queue. Rejects where the queue itself fails; the deliveries then come again by themselves.
 */
export type ProcessDeliveries = (
  deliveries: readonly Delivery[],
  queue: Pick<Queue, 'acknowledge' | 'hide'>,
) => Promise<void>

export type ProcessorOptions = {
  readonly judge: Judge
  readonly sink: ResultSink
  readonly deadLetters: Pick<DeadLetters, 'add'>
  readonly metrics: Metrics
  readonly log: Log
  readonly clock: Clock
  readonly policy?: RetryPolicy
  /** From 0 to 1, for the spread of delays. */
  readonly random?: () => number
}

export function createProcessor({
  judge,
  sink,
  deadLetters,
  metrics,
  log,
  clock,
  policy = defaultRetryPolicy,
  random = Math.random,
}: ProcessorOptions): ProcessDeliveries {
  return async (deliveries, queue) => {
    const fates = await publish(toFates(deliveries, await judge(deliveries), policy), sink)
    const buried = await bury(fates, policy)

    const finished = fates.filter(fate => fate.kind === 'done' || buried.has(fate)).map(({ delivery }) => delivery)
    const again = fates.filter(fate => fate.kind !== 'done' && !buried.has(fate))
    if (finished.length > 0) await queue.acknowledge(finished)
    if (again.length === 0) return
    metrics.count('Retried', again.length)
    await queue.hide(
      again.map(({ delivery }) => ({ delivery, milliseconds: delayAfter(delivery.attempts, policy, random) })),
    )
  }

  /** Stores the dead letters among the fates and answers which those are; none where they cannot be stored now. */
  async function bury(fates: readonly Fate[], { maxAttempts }: RetryPolicy): Promise<ReadonlySet<Fate>> {
    const letters = new Map<Fate, DeadLetter>()
    const now = clock.now()
    for (const fate of fates) {
      const dead = deathOf(fate, maxAttempts)
      if (dead) letters.set(fate, toLetter(fate, dead, now))
    }
    if (letters.size === 0) return new Set()
    try {
      await deadLetters.add([...letters.values()])
    } catch (error) {
      log.error('dead letters cannot be stored; their records go back to the queue', { letters: letters.size, error })
      return new Set()
    }
    metrics.count('DeadLettered', letters.size)
    for (const { id, model, code, attempts } of letters.values()) log.warn('dead letter', { id, model, code, attempts })
    return new Set(letters.keys())
  }
}

/** What is to become of one delivery. A held one waits for an earlier record of its group. */
type Fate = { readonly delivery: Delivery } & (Judgement | { readonly id: string; readonly kind: 'held' })

/** Behind a record that will be tried again, the rest of its group is held, so that the group keeps its order. */
function toFates(
  deliveries: readonly Delivery[],
  judgements: readonly Judgement[],
  { maxAttempts }: RetryPolicy,
): readonly Fate[] {
  const stopped = new Set<string>()
  return deliveries.map((delivery, index) => {
    const judgement = judgements[index] as Judgement
    const { group } = delivery
    if (group === undefined) return { delivery, ...judgement }
    if (stopped.has(group)) return { delivery, id: judgement.id, kind: 'held' }
    if (judgement.kind === 'failed' && delivery.attempts < maxAttempts) stopped.add(group)
    return { delivery, ...judgement }
  })
}

async function publish(fates: readonly Fate[], sink: ResultSink): Promise<readonly Fate[]> {
  const done = fates.filter(fate => fate.kind === 'done')
  if (done.length === 0) return fates
  try {
    await sink.publish(done.map(({ id, result }) => ({ id, ...result })))
    return fates
  } catch (error) {
    return fates.map(fate =>
      fate.kind === 'done' ? { delivery: fate.delivery, id: fate.id, kind: 'failed', error } : fate,
    )
  }
}

function deathOf(fate: Fate, maxAttempts: number): DeadReason | undefined {
  if (fate.kind === 'dead') return fate.dead
  const { attempts } = fate.delivery
  return fate.kind === 'failed' && attempts >= maxAttempts ? exhaustedReason(attempts, fate.error) : undefined
}

function toLetter({ delivery, id }: Fate, dead: DeadReason, lastSeen: number): DeadLetter {
  const { body, model, version, group, attempts, firstSeen, position } = delivery
  return {
    id: position ?? id,
    body,
    model,
    version,
    ...(group === undefined ? {} : { group }),
    attempts,
    firstSeen,
    lastSeen,
    ...dead,
  }
}
