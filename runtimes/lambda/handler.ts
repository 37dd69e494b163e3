import middy from '@middy/core'
import { refuse } from '@scaling-mlops/adapters/http'
import {
  createBatchRun,
  createDirectHandler,
  createEventBridgeHandler,
  createEventHandler,
  createHttpHandler,
  createKinesisHandler,
  createS3Handler,
  createSqsHandler,
  createTaskHandler,
  type LambdaContext,
  openInvocation,
} from '@scaling-mlops/adapters/lambda'
import { systemTimer } from '@scaling-mlops/adapters/memory'
import type { OtlpTracer } from '@scaling-mlops/adapters/otlp'
import { fromEventRecord } from '@scaling-mlops/adapters/sqs'
import type { ProcessDeliveries } from '@scaling-mlops/core'
import { ConfigurationError } from '../configuration/read-configuration.ts'
import type { Configuration } from '../configuration/settings.ts'
import { compose } from '../container/container.ts'
import { tokens } from '../container/tokens.ts'
import { createMetricsFlush } from './metrics-flush.ts'
import { openObjectWork } from './objects/open-object-work.ts'

/** Kept for what must still be said when nothing else came to an end. */
const LAST_RESORT_MS = 100
/** An invocation is paid for while it waits for a collector. */
const TRACES_MS = 500

export type LambdaFunction = {
  /** What Lambda calls: an event and its context in, what the event's source expects out. */
  readonly handler: (event: unknown, context: LambdaContext) => Promise<unknown>
  close(): Promise<void>
}

export type FunctionOptions = {
  /** What metrics are filed under. */
  readonly environmentName: string
  /** Takes the metrics of an invocation, as text that is written to standard output. */
  readonly write: (text: string) => void
}

/** Opens and checks the models, and answers the function. Rejects with what stands in the way, which Lambda reports as a failed init. */
export async function openFunction(
  configuration: Configuration,
  { environmentName, write }: FunctionOptions,
): Promise<LambdaFunction> {
  const container = compose(configuration, undefined, { canFollow: false })
  const { log, flush } = container.get(tokens.logging)
  try {
    const app = await container.getAsync(tokens.httpApp)
    const { door } = await container.getAsync(tokens.streams)
    container.get(tokens.readiness).ready = true
    const flushMetrics = createMetricsFlush(container.get(tokens.metrics), environmentName, write)
    const run = createBatchRun(door?.process ?? unconfigured, log)
    const catalogue = await container.getAsync(tokens.catalogue)
    const work = openObjectWork(configuration, { catalogue, log })
    const handlers = {
      http: createHttpHandler({ app, refuse }),
      direct: createDirectHandler(app),
      sqs: createSqsHandler(run, fromEventRecord),
      kinesis: createKinesisHandler(run),
      eventBridge: createEventBridgeHandler(run),
      s3: createS3Handler(work),
      tasks: createTaskHandler(work, log),
    }
    const answer = createEventHandler(handlers, work)
    const { log: payloadLog } = await container.getAsync(tokens.payloads)
    const { tracer } = await container.getAsync(tokens.tracing)
    const leave = async (): Promise<void> => {
      flushMetrics()
      await Promise.all([payloadLog?.flush(), tracer && flushTraces(tracer)])
      flush()
    }
    const handler = middy({ timeoutEarlyInMillis: LAST_RESORT_MS })
      .after(leave)
      .onError(async ({ context, error }) => {
        const { awsRequestId } = context as LambdaContext
        log.error('invocation failed', { requestId: awsRequestId, error })
        await leave()
      })
      .handler(async (event: unknown, context: LambdaContext) => {
        const invocation = openInvocation(context)
        try {
          return await answer(event, invocation)
        } finally {
          invocation.close()
        }
      })
    flush()
    const close = async (): Promise<void> => {
      await work.close()
      await container.unbindAllAsync()
    }
    return { handler, close }
  } catch (error) {
    await container.unbindAllAsync().catch(() => {})
    throw error
  }
}

async function flushTraces(tracer: OtlpTracer): Promise<void> {
  const waiting = new AbortController()
  await Promise.race([tracer.flush(), systemTimer.sleep(TRACES_MS, waiting.signal)])
  waiting.abort()
}

const unconfigured: ProcessDeliveries = async () => {
  throw new ConfigurationError([
    'records of a stream need places: set RESULTS_URL (s3://bucket/prefix or a queue) and DEAD_LETTER_QUEUE_URL',
  ])
}
