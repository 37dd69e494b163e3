import { listen } from '@scaling-mlops/adapters/http'
import type { Configuration } from '../configuration/settings.ts'
import { compose, tokens } from './container.ts'

/** Requests in flight get this long to end once the listener is closed. */
const GRACE_MS = 4_000

export type Serving = {
  readonly url: string
  /** Readiness false, service for `drainSeconds` more, then no new connections, requests in flight answered, records in hand scored, models closed. */
  stop(): Promise<void>
}

/** Opens and checks the models, then listens. Rejects with what stands in the way, and leaves nothing open. */
export async function serve(configuration: Configuration): Promise<Serving> {
  const container = compose(configuration)
  const { log, flush } = container.get(tokens.logging)
  try {
    const app = await container.getAsync(tokens.httpApp)
    const server = await listen(app, configuration)
    const readiness = container.get(tokens.readiness)
    readiness.ready = true
    const draining = new AbortController()
    const running = (await container.getAsync(tokens.streams)).run?.(draining.signal)
    log.info('listening', { url: server.url })
    flush()

    const stop = async (): Promise<void> => {
      readiness.ready = false
      draining.abort()
      if (configuration.drainSeconds > 0) await server.drain(configuration.drainSeconds * 1000)
      await Promise.all([server.close(GRACE_MS), running])
      log.info('stopped')
      await container.unbindAllAsync()
      flush()
    }
    let stopped: Promise<void> | undefined
    return { url: server.url, stop: () => (stopped ??= stop()) }
  } catch (error) {
    await container.unbindAllAsync().catch(() => {})
    throw error
  }
}
