import type { Log } from '@scaling-mlops/core'
import type { Exchange } from './exchange.ts'
import type { RequireOperator } from './operator.ts'
import { toProblem } from './problem.ts'

/** What operators do beyond looking. */
export type Action =
  | 'load model'
  | 'unload model'
  | 'redrive dead letters'
  | 'discard dead letters'
  | 'start job'
  | 'cancel job'

/** Lets an operator act, or throws what the request lacks; who did what under which request, and what came of it, is one line of the log. */
export type Act = (
  action: Action,
  request: Request,
  exchange: Exchange,
  answer: () => Promise<Response>,
) => Promise<Response>

export function createAudit({
  requireOperator,
  log,
}: {
  readonly requireOperator: RequireOperator
  readonly log: Log
}): Act {
  return async (action, request, exchange, answer) => {
    const operator = requireOperator(request)
    const { requestId } = exchange
    const tell = (status: number, code?: unknown): void =>
      log[status < 400 ? 'info' : 'warn']('operator action', {
        action,
        operator,
        requestId,
        status,
        ...(code === undefined ? {} : { code }),
        ...exchange.acted,
      })
    try {
      const response = await answer()
      tell(response.status)
      return response
    } catch (error) {
      const { status, document } = toProblem(error, requestId)
      tell(status, document.code)
      throw error
    }
  }
}
