import middy, { type MiddyfiedHandler } from '@middy/core'
import { refuse } from '@scaling-mlops/adapters/http'
import {
  createBatchRun,
  createDirectHandler,
  createEventBridgeHandler,
  createEventHandler,
  createHttpHandler,
  createKinesisHandler,
  createSqsHandler,
  openInvocation,
} from '@scaling-mlops/adapters/lambda'
import { fromEventRecord } from '@scaling-mlops/adapters/sqs'
import type { ProcessDeliveries } from '@scaling-mlops/core'
import { ConfigurationError } from '../configuration/read-configuration.ts'
import type { Configuration } from '../configuration/settings.ts'
import { compose, tokens } from '../container/container.ts'

/** Kept for what must still be said when nothing else came to an end. */
const LAST_RESORT_MS = 100

export type Function = {
  readonly handler: MiddyfiedHandler
  close(): Promise<void>
}

/** Opens and checks the models, and answers the function. Rejects with what stands in the way, which Lambda reports as a failed init. */
export async function openFunction(configuration: Configuration): Promise<Function> {
  const container = compose(configuration, undefined, { canFollow: false })
  const { log, flush } = container.get(tokens.logging)
  try {
    const app = await container.getAsync(tokens.httpApp)
    const { door } = await container.getAsync(tokens.streams)
    container.get(tokens.readiness).ready = true
    const run = createBatchRun(door?.process ?? unconfigured, log)
    const answer = createEventHandler({
      http: createHttpHandler({ app, refuse }),
      direct: createDirectHandler(app),
      sqs: createSqsHandler(run, fromEventRecord),
      kinesis: createKinesisHandler(run),
      eventBridge: createEventBridgeHandler(run),
    })
    const handler = middy({ timeoutEarlyInMillis: LAST_RESORT_MS })
      .onError(({ context, error }) => {
        log.error('invocation failed', { requestId: context.awsRequestId, error })
        flush()
      })
      .after(() => flush())
      .handler(async (event: unknown, context) => {
        const invocation = openInvocation(context)
        try {
          return await answer(event, invocation)
        } finally {
          invocation.close()
        }
      })
    flush()
    return { handler, close: () => container.unbindAllAsync() }
  } catch (error) {
    await container.unbindAllAsync().catch(() => {})
    throw error
  }
}

const unconfigured: ProcessDeliveries = async () => {
  throw new ConfigurationError([
    'records of a stream need places: set RESULTS_URL (s3://bucket/prefix or a queue) and DEAD_LETTER_QUEUE_URL',
  ])
}
