import { randomUUID } from 'node:crypto'
import { isRequestId } from '@scaling-mlops/core'

/** What is known of one call while it is answered; its handler adds what the access log should say. */
export type Exchange = {
  requestId: string
  /** The clock's monotonic moment of its arrival. */
  readonly started: number
  /** Who calls, of calls that are an operator's. */
  operator?: string | undefined
  model?: string
  version?: number
  rows?: number
}

export function beginExchange(started: number): Exchange {
  return { requestId: randomUUID(), started }
}

/** A call's own id, where it is fit for the log, is the request's. */
export function takeId(exchange: Exchange, id: string): void {
  if (isRequestId(id)) exchange.requestId = id
}
