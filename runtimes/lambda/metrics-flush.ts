import { toEmf } from '@scaling-mlops/adapters/cloudwatch'
import { type MemoryMetrics, systemClock } from '@scaling-mlops/adapters/memory'
import { metricsBetween } from '@scaling-mlops/core'

/** Writes what was counted since the last call in CloudWatch's embedded format: once an invocation, since between two of them the process stands still. */
export function createMetricsFlush(
  metrics: Pick<MemoryMetrics, 'snapshot'>,
  environmentName: string,
  write: (text: string) => void,
): () => void {
  let last = metrics.snapshot()
  return () => {
    const now = metrics.snapshot()
    write(toEmf(metricsBetween(last, now), { environmentName, at: systemClock.now() }).join(''))
    last = now
  }
}
