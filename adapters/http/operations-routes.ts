import type { Operations } from '@scaling-mlops/core/operations'
import type { RequireOperator } from './operator.ts'
import { respondJson } from './respond.ts'
import type { PathRoute } from './route.ts'
import { requireFollowing, respondEvents } from './server-sent-events.ts'

type Options = {
  readonly operations: Operations
  readonly requireOperator: RequireOperator
  readonly canFollow: boolean
  readonly isReady: () => boolean
}

const EVERY_MS = 1000

/** How the server is doing: now, and once a second as events. An operator's. */
export function createOperationsRoutes({
  operations,
  requireOperator,
  canFollow,
  isReady,
}: Options): readonly PathRoute[] {
  const read = async (): Promise<string> => JSON.stringify(await operations.document())
  return [
    [
      'GET',
      '/operations',
      async (request, { requestId }) => {
        requireOperator(request)
        return respondJson(await read(), requestId)
      },
    ],
    [
      'GET',
      '/operations/events',
      async (request, exchange) => {
        requireOperator(request)
        requireFollowing(canFollow, 'GET /operations')
        const next = async () => ({ event: 'snapshot', data: await read() })
        return respondEvents({ waitMs: EVERY_MS, isReady, next }, exchange)
      },
    ],
  ]
}
