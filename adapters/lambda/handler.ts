import type { DirectHandler } from './direct-handler.ts'
import type { EventBridgeHandler } from './event-bridge-handler.ts'
import type { HttpHandler } from './http-handler.ts'
import type { Invocation } from './invocation.ts'
import type { KinesisHandler } from './kinesis-handler.ts'
import type { ObjectWork } from './object-work.ts'
import { isFromQueue, type S3Handler, type TaskHandler } from './s3-handler.ts'
import { type Fields, type Source, sourceOf } from './source.ts'
import type { SqsHandler } from './sqs-handler.ts'

export type EventHandlers = {
  readonly http: HttpHandler
  readonly direct: DirectHandler
  readonly sqs: SqsHandler
  readonly kinesis: KinesisHandler
  readonly eventBridge: EventBridgeHandler
  readonly s3: S3Handler
  readonly tasks: TaskHandler
}

/** Answers an event as its source expects it. Rejects with an error whose name Lambda reports as its type. */
export type EventHandler = (event: unknown, invocation: Invocation) => Promise<unknown>

/** One function for every source: the event's shape decides. */
export function createEventHandler(
  handlers: EventHandlers,
  { queueName }: Pick<ObjectWork, 'queueName'>,
): EventHandler {
  return async (event, invocation) => {
    const source: Source = sourceOf(event)
    switch (source) {
      case 'http-2.0':
      case 'http-1.0':
      case 'alb':
        return handlers.http(event as Fields, source, invocation)
      case 'sqs':
        return isFromQueue(event as Fields, queueName)
          ? handlers.tasks(event as Fields, invocation)
          : handlers.sqs(event as Fields, invocation)
      case 'kinesis':
        return handlers.kinesis(event as Fields, invocation)
      case 'eventbridge':
        return handlers.eventBridge(event as Fields, invocation)
      case 'direct':
        return handlers.direct(event, invocation)
      case 's3':
        return handlers.s3(event as Fields, invocation)
    }
  }
}
