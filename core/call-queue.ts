import { CoreError } from './errors.ts'
import type { TracedRun } from './ports/tracer.ts'

/** What a caller says of its rows; nothing of it is needed. */
export type Call = {
  /** Bulk rows run when no interactive ones wait, and now and then among them: neither lane starves the other. */
  readonly lane?: 'interactive' | 'bulk'
  /** The clock's monotonic moment after which the answer is of no use. */
  readonly deadline?: number
  /** Turns true when the caller has gone; an AbortSignal is one. */
  readonly signal?: { readonly aborted: boolean }
  /** Names a row, by its index in the call, for the payload log; rows without a name are not recorded. */
  readonly rowId?: (index: number) => string
  /** Told of each run that the rows were part of, for traces. */
  readonly onRun?: ((run: TracedRun) => void) | undefined
}

export type WaitingCall<Item, Result> = Required<Pick<Call, 'lane'>> & {
  readonly rows: readonly Item[]
  readonly arrived: number
  readonly deadline: number
  readonly signal: { readonly aborted: boolean } | undefined
  readonly onRun: Call['onRun']
  readonly resolve: (result: Result) => void
  readonly reject: (error: unknown) => void
}

type Lane = NonNullable<Call['lane']>

/** Calls that wait for their run, in two lanes. */
export type CallQueue<Item, Result> = {
  /** Rows waiting in both lanes. */
  readonly rows: number
  /** Rows that a new call of this lane waits for. */
  rowsAhead(lane: Lane): number
  push(call: WaitingCall<Item, Result>): void
  /** The next calls up to so many rows, at least one where any waits. Calls that are too late or abandoned are told so instead. */
  take(maxRows: number, now: number): WaitingCall<Item, Result>[]
  /** Removes what is too late or abandoned. */
  purge(now: number): void
}

/** One batch in this many serves the bulk lane first while both wait. */
const BULK_TURN = 8

export function createCallQueue<Item, Result>(): CallQueue<Item, Result> {
  type Waiting = WaitingCall<Item, Result>
  const lanes: Record<Lane, Waiting[]> = { interactive: [], bulk: [] }
  const rows = { interactive: 0, bulk: 0 }
  let batches = 0

  const shift = (lane: Lane): Waiting => {
    const call = lanes[lane].shift() as Waiting
    rows[lane] -= call.rows.length
    return call
  }

  return {
    get rows() {
      return rows.interactive + rows.bulk
    },
    rowsAhead: lane => (lane === 'bulk' ? rows.interactive + rows.bulk : rows.interactive),
    push(call) {
      lanes[call.lane].push(call)
      rows[call.lane] += call.rows.length
    },
    take(maxRows, now) {
      const batch: Waiting[] = []
      let taken = 0
      const order =
        ++batches % BULK_TURN === 0 ? (['bulk', 'interactive'] as const) : (['interactive', 'bulk'] as const)
      for (const lane of order)
        for (
          let next = lanes[lane][0];
          next !== undefined && (taken === 0 || taken + next.rows.length <= maxRows);
          next = lanes[lane][0]
        ) {
          const call = shift(lane)
          if (dismissed(call, now)) continue
          batch.push(call)
          taken += call.rows.length
        }
      return batch
    },
    purge(now) {
      for (const lane of ['interactive', 'bulk'] as const)
        for (let left = lanes[lane].length; left > 0; left--) {
          const call = shift(lane)
          if (!dismissed(call, now)) this.push(call)
        }
    },
  }
}

function dismissed(call: Pick<WaitingCall<unknown, unknown>, 'signal' | 'deadline' | 'reject'>, now: number): boolean {
  if (call.signal?.aborted) call.reject(new CoreError('cancelled', 'the caller has gone'))
  else if (call.deadline < now)
    call.reject(new CoreError('deadline_exceeded', 'the deadline passed while the rows waited'))
  else return false
  return true
}
