import { type Instance, lastAnswer, launchInstance, takeRequest, waitingAt } from './instance.ts'
import type { Policy } from './policy.ts'
import type { GroupState } from './scaling.ts'

/** The simulated instances behind one load balancer: who serves, who boots, and what all of them are paid. */
export type Fleet = {
  readonly serving: readonly Instance[]
  /** Asked for and not sent away. */
  capacity(): number
  stateAt(now: number): GroupState
  /** Launches or sends away until so many are wanted. */
  resize(wanted: number, now: number): void
  /** Puts those that have booted by now behind the load balancer. */
  admitReady(now: number): void
  /** When the next one has booted; Infinity where none boots. */
  nextReady(): number
  /** Routes a request, and answers its wait in seconds, or −1 where it is refused. */
  route(now: number, service: number): number
  /** Instance-seconds that are paid up to the end. */
  paidSeconds(end: number): number
}

export function createFleet({ instance: facts, admission, routing, warmupSeconds }: Policy, initial: number): Fleet {
  const { slots, bootSeconds, drainSeconds } = facts
  const serving: Instance[] = []
  const booting: Instance[] = []
  let changedAt = Number.NEGATIVE_INFINITY
  let paid = 0
  let turn = 0
  for (let index = 0; index < initial; index++) serving.push(launchInstance(0, 0, slots))
  // those that were there before the run have warmed up before it
  const bornBefore = new Set(serving)

  const waitPerRow = facts.service.meanMilliseconds / slots
  const isWarm = (instance: Instance, now: number): boolean =>
    bornBefore.has(instance) || now - instance.launchedAt >= warmupSeconds

  const chosen = (now: number): Instance => {
    if (routing === 'round_robin' || serving.length === 1) {
      turn = turn + 1 < serving.length ? turn + 1 : 0
      return serving[turn] as Instance
    }
    return leastOutstanding(serving, now)
  }

  return {
    serving,
    capacity: () => serving.length + booting.length,
    stateAt: now => ({
      capacity: serving.length + booting.length,
      warmed: serving.concat(booting).filter(instance => isWarm(instance, now)).length,
      changedAt,
    }),
    resize(wanted, now) {
      const current = serving.length + booting.length
      if (wanted === current) return
      changedAt = now
      for (let count = current; count < wanted; count++) booting.push(launchInstance(now, now + bootSeconds, slots))
      for (let count = current; count > wanted; count--) {
        const leaving = (booting.pop() ?? serving.pop()) as Instance
        const gone = Math.max(now + drainSeconds, lastAnswer(leaving))
        paid += gone - leaving.launchedAt
      }
    },
    admitReady(now) {
      while (booting.length > 0 && (booting[0] as Instance).readyAt <= now) serving.push(booting.shift() as Instance)
    },
    nextReady: () => booting[0]?.readyAt ?? Number.POSITIVE_INFINITY,
    route(now, service) {
      const instance = chosen(now)
      const waiting = waitingAt(instance, now)
      // as the server decides: where all slots are busy, by the rows that wait and by the wait that those ahead make likely
      if ((instance.free[0] as number) > now)
        if (waiting >= admission.maxQueuedRows || (slots + waiting) * waitPerRow > admission.maxWaitMs) return -1
      return takeRequest(instance, now, service)
    },
    paidSeconds: end => serving.concat(booting).reduce((sum, { launchedAt }) => sum + end - launchedAt, paid),
  }
}

function leastOutstanding(serving: readonly Instance[], now: number): Instance {
  let best = serving[0] as Instance
  let least = Number.POSITIVE_INFINITY
  for (const instance of serving) {
    let outstanding = waitingAt(instance, now)
    for (const free of instance.free) if (free > now) outstanding++
    if (outstanding < least) {
      least = outstanding
      best = instance
    }
  }
  return best
}
