import { type Call, createCallQueue, type WaitingCall } from './call-queue.ts'
import type { Scores } from './decision.ts'
import { OverloadedError } from './errors.ts'
import type { Clock } from './ports/clock.ts'
import type { Metrics } from './ports/metrics.ts'
import type { Scheduler } from './ports/scheduler.ts'
import type { TracedRun } from './ports/tracer.ts'
import type { EncodedRow, Row } from './row.ts'
import type { ServiceTime } from './service-time.ts'

/** Scores rows in company. Rejects with `overloaded` on arrival, with `deadline_exceeded` or `cancelled` while they wait. */
export type Score<Item = Row | EncodedRow, Result = Scores> = (rows: readonly Item[], call?: Call) => Promise<Result>

/** The queue of one model. */
export type Batcher<Item = Row | EncodedRow, Result = Scores> = {
  readonly score: Score<Item, Result>
  /** Why a call, of one row at the least, would be refused if it came now; it is then counted as refused. For whoever has not read its rows yet. */
  refusal(call?: Pick<Call, 'lane' | 'deadline'>): OverloadedError | undefined
}

/** Runs one batch; answers its scores and how long the graph took. */
export type RunBatch<Item = Row | EncodedRow, Result = Scores> = (
  rows: readonly Item[],
) => Promise<{ readonly scores: Result; readonly milliseconds: number }>

export type BatchLimits = {
  /** Rows of one run at the most; a call of more runs alone. */
  readonly maxRows: number
  /** Rows that wait at the most, both lanes together. */
  readonly maxQueuedRows: number
  /** The longest wait that is accepted, in milliseconds. */
  readonly maxWaitMs: number
}

/** A run takes no more rows than are scored in about so many milliseconds: beyond it a batch gains nothing, and its first rows wait for its last. */
const RUN_MS = 20

/** Of the time until its deadline a call is expected to need no more than this share: what a prediction leaves no time to spare is late every other time. */
const SURE = 0.8

/** Whether callers have gone is looked up no more often than this, in milliseconds: a full queue is long, and under overload many are refused at it. */
const PURGE_MS = 10

type Dependencies<Item, Result> = {
  readonly runBatch: RunBatch<Item, Result>
  /** Runs at the same time. */
  readonly slots: number
  readonly limits: BatchLimits
  /** Learned here from every run; seeded by whoever warmed the model up. */
  readonly serviceTime: ServiceTime
  readonly scheduler: Scheduler
  readonly clock: Clock
  readonly metrics: Metrics
}

/**
 * Joins calls into runs without a timer: what arrived in one turn of the event loop runs as one batch, and what arrives while all
 * slots are busy as the next, as far as its rows are scored in a short time. A call is refused on arrival where the queue is full or its turn would come too late, so that what is
 * accepted is worth scoring. A run that fails is run again call by call, so that a call fails for its own rows alone.
 */
export function createBatcher<Item, Result extends { readonly first: number }>({
  runBatch,
  slots,
  limits,
  serviceTime,
  scheduler,
  clock,
  metrics,
}: Dependencies<Item, Result>): Batcher<Item, Result> {
  type Waiting = WaitingCall<Item, Result>
  const queue = createCallQueue<Item, Result>()
  let running = 0
  let runningRows = 0
  let scheduled = false
  let purged = Number.NEGATIVE_INFINITY

  const schedule = (): void => {
    if (scheduled || running >= slots) return
    scheduled = true
    scheduler.afterTurn(flush)
  }

  const flush = (): void => {
    scheduled = false
    while (running < slots && queue.rows > 0) {
      const now = clock.monotonic()
      const calls = queue.take(rowsOfRun(), now)
      for (const { arrived } of calls) metrics.observe('QueueWait', now - arrived)
      if (calls.length > 0) void run(calls, now)
    }
  }

  const run = async (calls: readonly Waiting[], started: number): Promise<void> => {
    const rows = calls.reduce((sum, call) => sum + call.rows.length, 0)
    running++
    runningRows += rows
    try {
      await runTogether(calls, started)
    } catch (error) {
      // what one call brought must not fail its company: each is given a run of its own
      if (calls.length === 1) fail(calls[0] as Waiting, error, started)
      else for (const call of calls) await runAlone(call)
    }
    running--
    runningRows -= rows
    if (queue.rows > 0) schedule()
  }

  const runAlone = async (call: Waiting): Promise<void> => {
    const started = clock.monotonic()
    await runTogether([call], started).catch(error => fail(call, error, started))
  }

  const runTogether = async (calls: readonly Waiting[], started: number): Promise<void> => {
    const rows = calls.length === 1 ? (calls[0] as Waiting).rows : calls.flatMap(call => call.rows)
    const { scores, milliseconds } = await runBatch(rows)
    // others wait for the slot, and not for the graph alone: the way to a thread and back takes its time too
    serviceTime.learn(rows.length, Math.max(milliseconds, clock.monotonic() - started))
    let first = scores.first
    for (const call of calls) {
      call.onRun?.(toTracedRun(call, started, rows.length, false))
      call.resolve({ ...scores, first })
      first += call.rows.length
    }
  }

  const fail = (call: Waiting, error: unknown, started: number): void => {
    const { length } = call.rows
    metrics.count('Failed', length)
    call.onRun?.(toTracedRun(call, started, length, true))
    call.reject(error)
  }

  const toTracedRun = ({ arrived, rows }: Waiting, started: number, batchRows: number, failed: boolean): TracedRun => ({
    arrived,
    started,
    ended: clock.monotonic(),
    rows: rows.length,
    batchRows,
    failed,
  })

  const rowsOfRun = (): number => Math.min(limits.maxRows, serviceTime.rowsWithin(RUN_MS))

  /** Milliseconds that one slot takes for so many rows, in as many runs as they need. */
  const timeOf = (rows: number): number => {
    const whole = rowsOfRun()
    const rest = rows % whole
    return Math.floor(rows / whole) * serviceTime.predict(whole) + (rest === 0 ? 0 : serviceTime.predict(rest))
  }

  /** What keeps a call from being accepted, if anything does. */
  const obstacle = (
    rows: number,
    lane: Waiting['lane'],
    deadline: number,
    now: number,
  ): OverloadedError | undefined => {
    if (queue.rows > 0 && queue.rows + rows > limits.maxQueuedRows)
      return new OverloadedError(
        `queue full: ${queue.rows} rows waiting, limit ${limits.maxQueuedRows}`,
        timeOf(queue.rows) / slots,
      )
    const wait = timeOf(runningRows + queue.rowsAhead(lane)) / slots
    const patience = Math.min(limits.maxWaitMs, (deadline - now) * SURE - timeOf(rows))
    if (wait <= patience) return undefined
    const words = `a wait of ${Math.ceil(wait)} ms is expected, ${Math.max(0, Math.floor(patience))} ms is the limit`
    return new OverloadedError(words, wait - patience)
  }

  const refuse = (rows: number, lane: Waiting['lane'], deadline: number, now: number): OverloadedError | undefined => {
    // with nothing waiting and a slot free there is no wait to predict
    if (queue.rows === 0 && running < slots) return undefined
    let refusal = obstacle(rows, lane, deadline, now)
    if (refusal !== undefined && now - purged >= PURGE_MS) {
      purged = now
      queue.purge(now)
      refusal = obstacle(rows, lane, deadline, now)
    }
    if (refusal !== undefined) metrics.count('Rejected', rows)
    return refusal
  }

  return {
    score(rows, { lane = 'interactive', deadline = Number.POSITIVE_INFINITY, signal, onRun } = {}) {
      const arrived = clock.monotonic()
      const refusal = refuse(rows.length, lane, deadline, arrived)
      if (refusal !== undefined) return Promise.reject(refusal)
      return new Promise((resolve, reject) => {
        queue.push({ rows, lane, arrived, deadline, signal, onRun, resolve, reject })
        schedule()
      })
    },
    refusal: ({ lane = 'interactive', deadline = Number.POSITIVE_INFINITY } = {}) =>
      refuse(1, lane, deadline, clock.monotonic()),
  }
}
