import type { GrpcListening } from '@scaling-mlops/adapters/grpc'
import { listen } from '@scaling-mlops/adapters/http'
import type { MetricsSnapshot } from '@scaling-mlops/core'
import type { Configuration } from '../configuration/settings.ts'
import { compose, type Team } from './container.ts'
import { openGrpc } from './open-grpc.ts'
import { openMetricsOut } from './push-metrics.ts'
import { tokens } from './tokens.ts'

/** Requests in flight get this long to end once the listener is closed. */
const GRACE_MS = 4_000

export type Serving = {
  readonly url: string
  /** Where gRPC is served, if it is. */
  readonly grpcPort?: number | undefined
  /** Readiness false, service for `drainSeconds` more, then no new connections, requests in flight answered, records in hand scored, models closed. */
  stop(): Promise<void>
  /** Of several workers: each is replaced in its turn by one that listens before the old one goes, so that new models serve without a lost request. Never rejects. */
  reload?(): Promise<void>
}

export type ServingProcess = Serving & {
  /** The same for a process whose work others take over: they are ready in its place. */
  retire(): Promise<void>
  readMetrics(): MetricsSnapshot
}

/** Opens and checks the models, then listens. Rejects with what stands in the way, and leaves nothing open. */
export async function serve(configuration: Configuration, team?: Team): Promise<ServingProcess> {
  const container = compose(configuration, team)
  const logging = container.get(tokens.logging)
  const { log, flush } = logging
  // of several workers the primary tells
  const tell = team === undefined ? log.info : log.debug
  let grpc: GrpcListening | undefined
  try {
    const metrics = container.get(tokens.metrics)
    // of several workers the primary pushes what all have counted
    const metricsOut = team === undefined ? await openMetricsOut(configuration, logging) : undefined
    const app = await container.getAsync(tokens.httpApp)
    grpc = await openGrpc(container)
    const server = await listen(app, configuration)
    const readiness = container.get(tokens.readiness)
    await team?.admit(server.url)
    readiness.ready = true
    metricsOut?.start(metrics.snapshot)
    const draining = new AbortController()
    const running = Promise.all([
      (await container.getAsync(tokens.streams)).run?.(draining.signal),
      (await container.getAsync(tokens.jobs)).opened?.run(draining.signal),
    ])
    tell('listening', { url: server.url, grpcPort: grpc?.port })
    flush()

    const end = async (isRetiring: boolean): Promise<void> => {
      draining.abort()
      if (!isRetiring && configuration.drainSeconds > 0) await server.drain(configuration.drainSeconds * 1000)
      await Promise.all([server.close(GRACE_MS, isRetiring), grpc?.close(GRACE_MS), running])
      await metricsOut?.stop()
      tell('stopped')
      await container.unbindAllAsync()
      flush()
    }
    let ended: Promise<void> | undefined
    return {
      url: server.url,
      grpcPort: grpc?.port,
      stop: () => {
        readiness.ready = false
        ended ??= end(false)
        return ended
      },
      retire: () => (ended ??= end(true)),
      readMetrics: metrics.snapshot,
    }
  } catch (error) {
    await grpc?.close(0)
    await container.unbindAllAsync().catch(() => {})
    throw error
  }
}
