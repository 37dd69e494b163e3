/** One server of the simulated fleet: slots that work, and a queue before them that is served in order. */
export type Instance = {
  readonly launchedAt: number
  readonly readyAt: number
  /** When each slot is free again, as a heap with the earliest first. */
  readonly free: Float64Array
  /** Seconds of work taken on so far, done or not. */
  work: number
  /** Work that was done by the last report. */
  reported: number
  /** Starts of those who wait, as a ring: they start in the order in which they came. */
  starts: Float64Array
  head: number
  waiting: number
}

export function launchInstance(now: number, readyAt: number, slots: number): Instance {
  return {
    launchedAt: now,
    readyAt,
    free: new Float64Array(slots).fill(readyAt),
    work: 0,
    reported: 0,
    starts: new Float64Array(16),
    head: 0,
    waiting: 0,
  }
}

/** How many wait at this moment. */
export function waitingAt(instance: Instance, now: number): number {
  const { starts } = instance
  const mask = starts.length - 1
  while (instance.waiting > 0 && (starts[instance.head] as number) <= now) {
    instance.head = (instance.head + 1) & mask
    instance.waiting--
  }
  return instance.waiting
}

/** Takes a request on and answers how long it waits for a slot. */
export function takeRequest(instance: Instance, now: number, service: number): number {
  const { free } = instance
  const start = Math.max(now, free[0] as number)
  instance.work += service
  replaceEarliest(free, start + service)
  if (start > now) enqueue(instance, start)
  return start - now
}

/** Work done by now. Slots have no gaps in what lies ahead of them, so what is not done is the time until they are free. */
export function workDone({ free, work }: Instance, now: number): number {
  let ahead = 0
  for (let slot = 0; slot < free.length; slot++) ahead += Math.max(0, (free[slot] as number) - now)
  return work - ahead
}

/** When the last request that was taken on is answered. */
export function lastAnswer({ free }: Instance): number {
  let last = 0
  for (let slot = 0; slot < free.length; slot++) last = Math.max(last, free[slot] as number)
  return last
}

function replaceEarliest(heap: Float64Array, value: number): void {
  let parent = 0
  for (;;) {
    let child = 2 * parent + 1
    if (child >= heap.length) break
    if (child + 1 < heap.length && (heap[child + 1] as number) < (heap[child] as number)) child++
    if ((heap[child] as number) >= value) break
    heap[parent] = heap[child] as number
    parent = child
  }
  heap[parent] = value
}

function enqueue(instance: Instance, start: number): void {
  const { starts, head, waiting } = instance
  if (waiting === starts.length) {
    const larger = new Float64Array(starts.length * 2)
    larger.set(starts.subarray(head))
    larger.set(starts.subarray(0, head), starts.length - head)
    instance.starts = larger
    instance.head = 0
  }
  instance.starts[(instance.head + instance.waiting) & (instance.starts.length - 1)] = start
  instance.waiting++
}
