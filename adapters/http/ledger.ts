import type { AccessLog, Clock, Log, Tracer } from '@scaling-mlops/core'
import { type Caller, type Exchange, requestIdOf } from './exchange.ts'
import { type Problem, toProblem } from './problem.ts'
import { beginSpan, endSpan } from './request-span.ts'

/** Begins exchanges and tells of their end. */
export type Ledger = {
  begin(caller: Caller): Exchange
  /** Tells the access log and the trace. */
  end(method: string, path: string, status: number, exchange: Exchange): void
  /** What an error says to the client; what is a fault of ours is logged in full. */
  problemOf(error: unknown, exchange: Exchange): Problem
}

type Dependencies = {
  readonly log: Log
  readonly accessLog: AccessLog
  readonly clock: Clock
  readonly tracer?: Tracer | undefined
}

/** Characters of a path that are told; a longer one is nobody's. */
const LONGEST_PATH = 200

export function createLedger({ log, accessLog, clock, tracer }: Dependencies): Ledger {
  return {
    begin(caller) {
      const requestId = requestIdOf(caller.header('x-request-id'))
      const exchange: Exchange = { requestId, caller, started: clock.monotonic() }
      if (tracer !== undefined) exchange.span = beginSpan(tracer, exchange)
      return exchange
    },
    end(method, whole, status, exchange) {
      const path = whole.slice(0, LONGEST_PATH)
      const { requestId, started, span, model, version, rows, invalid } = exchange
      const milliseconds = clock.monotonic() - started
      accessLog({ method, path, status, milliseconds, requestId, model, version, rows, invalid })
      if (span !== undefined) endSpan(span, { method, path, status }, exchange)
    },
    problemOf(error, { requestId }) {
      const problem = toProblem(error, requestId)
      // a deadline that passed is its caller's, and no fault
      if (problem.status >= 500 && problem.document.code !== 'deadline_exceeded')
        log.error('request failed', { requestId, error })
      return problem
    },
  }
}
