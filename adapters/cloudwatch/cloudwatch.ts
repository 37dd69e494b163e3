import type { MetricsSink, MetricsSnapshot } from '@scaling-mlops/core'
import { DIMENSION, inParts, type MetricData, NAMESPACE, toMetricData } from './metric-data.ts'

/** What CloudWatch takes of one metric in one request. */
const MOST_VALUES = 150
/** A delivery that takes longer has failed; the push has a pace of its own above the SDK's second attempt. */
const PATIENCE_MS = 5_000

/**
 * Delivers by PutMetricData, one request a delivery: nine metrics in parts of 150 values stay far below the 1,000 metrics and the
 * megabyte of one request, and the SDK compresses what is above 10 KB. Region, credentials and endpoint are found by the SDK, which is
 * loaded only here and only complains when something is delivered.
 */
export async function openCloudWatch({ environmentName }: { readonly environmentName: string }): Promise<MetricsSink> {
  const { CloudWatchClient, PutMetricDataCommand } = await import('@aws-sdk/client-cloudwatch')
  const client = new CloudWatchClient({
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: PATIENCE_MS },
  })
  return {
    async deliver(counted, at) {
      const command = new PutMetricDataCommand(toRequest(counted, environmentName, new Date(at)))
      await client.send(command, { abortSignal: AbortSignal.timeout(PATIENCE_MS) })
    },
    close: () => client.destroy(),
  }
}

function toRequest(counted: MetricsSnapshot, environmentName: string, Timestamp: Date) {
  const Dimensions = [{ Name: DIMENSION, Value: environmentName }]
  return {
    Namespace: NAMESPACE,
    MetricData: inParts(toMetricData(counted), MOST_VALUES).map(({ name, unit, values, counts }: MetricData) => ({
      MetricName: name,
      Unit: unit,
      Values: [...values],
      Counts: [...counts],
      Dimensions,
      Timestamp,
      StorageResolution: 1,
    })),
  }
}
