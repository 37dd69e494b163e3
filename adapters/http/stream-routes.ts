import type { Catalogue, Clock, Log } from '@scaling-mlops/core'
import type { Act } from './audit.ts'
import { answerDeadLetters, answerDiscard, answerRedrive } from './dead-letters-route.ts'
import type { Exchange } from './exchange.ts'
import type { RequireOperator } from './operator.ts'
import { createRecordIds } from './record-ids.ts'
import { answerResults } from './results-route.ts'
import { requireDoor, type StreamDoor } from './stream-door.ts'
import { answerRecord, answerRecords } from './streams-route.ts'
import { answerWorker } from './worker-route.ts'

export type StreamRoutesOptions = {
  /** Undefined where nothing is set that records could be kept in; the routes then say what to set. */
  readonly door: StreamDoor | undefined
  /** Whether messages of Elastic Beanstalk's worker daemon are taken. */
  readonly isWorkerTier: boolean
  readonly canFollow: boolean
  readonly requireOperator: RequireOperator
  readonly act: Act
  readonly catalogue: Catalogue
  readonly log: Log
  readonly clock: Clock
  readonly isReady: () => boolean
  readonly maxBodyBytes: number
}

export type StreamRoute = readonly [
  method: 'GET' | 'POST',
  path: string,
  handler: (request: Request, exchange: Exchange, parameter: (name: string) => string) => Promise<Response>,
]

export function createStreamRoutes(options: StreamRoutesOptions): readonly StreamRoute[] {
  const { requireOperator, act, isWorkerTier, clock } = options
  const createId = createRecordIds(clock.now)
  const opened = () => ({ ...options, createId, door: requireDoor(options.door) })

  const worker: StreamRoute = [
    'POST',
    '/worker',
    async (request, exchange) => answerWorker(request, exchange, opened()),
  ]

  return [
    [
      'POST',
      '/streams/:name/records',
      async (request, exchange, parameter) => answerRecords(request, exchange, parameter('name'), opened()),
    ],
    [
      'GET',
      '/streams/:name/records/:id',
      async (_, exchange, parameter) => answerRecord(exchange, parameter('name'), parameter('id'), opened()),
    ],
    [
      'GET',
      '/streams/:name/results',
      async (request, exchange, parameter) => answerResults(request, exchange, parameter('name'), opened()),
    ],
    [
      'GET',
      '/dead-letters',
      async (request, exchange) => {
        requireOperator(request)
        return answerDeadLetters(request, exchange, opened())
      },
    ],
    [
      'POST',
      '/dead-letters/redrive',
      (request, exchange) =>
        act('redrive dead letters', request, exchange, async () => answerRedrive(request, exchange, opened())),
    ],
    [
      'POST',
      '/dead-letters/discard',
      (request, exchange) =>
        act('discard dead letters', request, exchange, async () => answerDiscard(request, exchange, opened())),
    ],
    ...(isWorkerTier ? [worker] : []),
  ]
}
