import { type ArrivalPattern, createArrivals } from './arrivals.ts'
import { type Connection, createConnection } from './connection.ts'
import { createLatencies } from './latencies.ts'
import { type LoadReport, toReport } from './load-report.ts'
import { watchOwnEffort } from './own-effort.ts'
import { createTally } from './tally.ts'
import type { Target } from './target.ts'

export type OpenLoopOptions = {
  readonly target: Target
  /** Requests a second, however the server fares. */
  readonly rate: number
  readonly pattern: ArrivalPattern
  /** The most connections there may be; a request that finds all taken waits for one, on its own clock. */
  readonly connections: number
  readonly durationMs: number
  /** Arrivals before anything is counted. */
  readonly warmUpMs: number
  /** A request without answer for so long is given up, and its connection with it. */
  readonly timeoutMs: number
  /** A request that waits so long for a connection is never sent; without it for as long as for an answer. */
  readonly connectionTimeoutMs?: number
  /**
   * `exact`, the default, polls for the last two milliseconds before an arrival and so keeps a core busy; `timer` sleeps and is up to
   * a millisecond late, which is for servers whose cores are no others than the generator's, or twins of them.
   */
  readonly pacing?: 'exact' | 'timer'
}

/** A connection and when the request that it carries was due. */
type Line = { readonly connection: Connection; due: number | undefined }

/**
 * Finds what users get at a given load: requests are due at their own times and are timed from then, not from when they could be written,
 * so that a server (or a generator) that stalls does not hide the stall from the figures.
 */
export async function runOpenLoop(options: OpenLoopOptions): Promise<LoadReport> {
  const { target, rate, pattern, connections, durationMs, warmUpMs, timeoutMs } = options
  const { connectionTimeoutMs = timeoutMs, pacing = 'exact' } = options
  const tally = createTally()
  const lateness = createLatencies()
  const nextDue = createArrivals(pattern, rate)
  const lines: Line[] = []
  const idle: Line[] = []
  const queue = createQueue()
  let inFlight = 0
  let waited = 0
  let effort = watchOwnEffort()
  const started = performance.now()
  const counted = started + warmUpMs
  const end = counted + durationMs

  const start = (line: Line, due: number): void => {
    line.due = due
    inFlight++
    line.connection.send((status, error) => {
      line.due = undefined
      inFlight--
      if (due >= counted) {
        if (error === undefined) tally.answer(status, performance.now() - due)
        else tally.fail(error.message)
      }
      const next = queue.take()
      if (next === undefined) idle.push(line)
      else start(line, next)
    })
  }

  const arrive = (due: number, now: number): void => {
    let line = idle.pop()
    if (line === undefined && lines.length < connections) {
      line = { connection: createConnection(target), due: undefined }
      lines.push(line)
    }
    if (line === undefined) {
      queue.add(due)
      if (due >= counted) waited++
      return
    }
    if (due >= counted) lateness.record(now - due)
    start(line, due)
  }

  const giveUp = setInterval(() => {
    const now = performance.now()
    const oldest = now - timeoutMs
    for (const due of queue.takeBefore(now - connectionTimeoutMs))
      if (due >= counted) tally.fail(`no connection within ${connectionTimeoutMs} ms`)
    for (const { connection, due } of lines)
      if (due !== undefined && due < oldest) connection.destroy(new Error(`no answer within ${timeoutMs} ms`))
  }, 50)

  await new Promise<void>(resolve => {
    let due = started + nextDue()
    let warming = true
    const pump = (): void => {
      const now = performance.now()
      if (warming && now >= counted) {
        warming = false
        effort = watchOwnEffort()
      }
      for (; due <= now && due < end; due = started + nextDue()) arrive(due, now)
      if (due >= end) setTimeout(resolve, Math.max(0, end - now))
      else if (pacing === 'timer') setTimeout(pump, due - now)
      // timers wake a millisecond late: the last two are spent polling
      else if (due - now > 2) setTimeout(pump, due - now - 1.5)
      else setImmediate(pump)
    }
    pump()
  })
  const own = effort()
  while (inFlight + queue.size > 0) await new Promise(resolve => setTimeout(resolve, 20))
  clearInterval(giveUp)
  for (const { connection } of lines) connection.destroy()
  return toReport(tally, durationMs / 1000, { ...own, lateness: lateness.quantile(0.99), waited })
}

/** Moments in the order they came. */
function createQueue() {
  let moments: number[] = []
  let head = 0
  const take = (): number | undefined => {
    const moment = moments[head]
    if (moment !== undefined && ++head > 1024 && head * 2 > moments.length) {
      moments = moments.slice(head)
      head = 0
    }
    return moment
  }
  return {
    get size() {
      return moments.length - head
    },
    add: (moment: number) => void moments.push(moment),
    take,
    *takeBefore(limit: number): Generator<number> {
      for (let moment = moments[head]; moment !== undefined && moment < limit; moment = moments[head]) {
        take()
        yield moment
      }
    },
  }
}
