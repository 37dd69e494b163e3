import { openFunction } from '@scaling-mlops/runtimes/lambda'
import { configurationOf, type Environment, type Host } from './host.ts'
import { type HttpEventSource, type LambdaHttpResult, toHttpEvent, toResponse } from './lambda-events.ts'

export type LambdaHost = {
  /** Invokes the function as Lambda does: JSON in, JSON out. It has so many milliseconds, or what the clock says at any time. */
  invoke(event: unknown, time?: number | (() => number)): Promise<unknown>
  /** What was written of metrics, a text an invocation. */
  readonly metrics: readonly string[]
  close(): Promise<void>
}

/** The function of this checkout in this process. */
export async function openLambdaFunction(environment: Environment = {}): Promise<LambdaHost> {
  const metrics: string[] = []
  const { handler, close } = await openFunction(configurationOf({ MODEL_THREADS: '0', ...environment }), {
    environmentName: 'tests',
    write: text => metrics.push(text),
  })
  let invocations = 0
  return {
    metrics,
    async invoke(event, time = 30_000) {
      const deadline = performance.now() + (typeof time === 'number' ? time : 0)
      const context = {
        awsRequestId: `invocation-${invocations++}`,
        getRemainingTimeInMillis:
          typeof time === 'function' ? time : () => Math.max(0, Math.round(deadline - performance.now())),
      }
      const answer = await handler(JSON.parse(JSON.stringify(event)), context)
      return answer === undefined ? null : JSON.parse(JSON.stringify(answer))
    },
    close,
  }
}

/** The function behind a source of HTTP events. */
export async function openLambdaHost(source: HttpEventSource, environment: Environment = {}): Promise<Host> {
  const { invoke, close } = await openLambdaFunction(environment)
  return {
    fetch: async (path, init) => toResponse((await invoke(await toHttpEvent(source, path, init))) as LambdaHttpResult),
    close,
  }
}
