import { createEmfSink, openCloudWatch } from '@scaling-mlops/adapters/cloudwatch'
import type { OpenLog } from '@scaling-mlops/adapters/log'
import { systemClock, systemTimer } from '@scaling-mlops/adapters/memory'
import { createPushMetrics, type MetricsSink, type MetricsSnapshot } from '@scaling-mlops/core'
import { costOfPush, SHIPPED_PRICES } from '@scaling-mlops/core/capacity'
import type { Configuration } from '../configuration/settings.ts'

/** Metrics on their way out of this instance. */
export type MetricsOut = {
  /** To be called when the server is ready. */
  start(read: () => MetricsSnapshot): void
  /** Delivers what is left, within a second. */
  stop(): Promise<void>
}

/** Opens what METRICS names. One process of an instance does this: the only one, or the one that leads the workers. */
export async function openMetricsOut(configuration: Configuration, logging: OpenLog): Promise<MetricsOut> {
  const sink = await openSink(configuration, logging)
  const stopping = new AbortController()
  let running: Promise<void> | undefined
  return {
    start(read) {
      if (sink === undefined) return
      if (configuration.metrics === 'cloudwatch')
        logging.log.info('metrics are pushed to CloudWatch', {
          dollarsPerMonth: costOfPush(SHIPPED_PRICES),
          pricesOf: SHIPPED_PRICES.asOf,
        })
      const push = createPushMetrics({ read, sink, timer: systemTimer, clock: systemClock, log: logging.log })
      running = push(stopping.signal)
    },
    async stop() {
      stopping.abort()
      await running
      sink?.close()
    },
  }
}

async function openSink(
  { metrics, environmentName }: Configuration,
  { writeLine }: OpenLog,
): Promise<MetricsSink | undefined> {
  if (metrics === 'cloudwatch') return openCloudWatch({ environmentName })
  if (metrics === 'emf') return createEmfSink({ environmentName, write: writeLine })
  return undefined
}
