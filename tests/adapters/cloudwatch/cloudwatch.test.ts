import { openCloudWatch } from '@scaling-mlops/adapters/cloudwatch'
import { createMemoryMetrics } from '@scaling-mlops/adapters/memory'
import type { MetricsSnapshot } from '@scaling-mlops/core'
import { afterEach, expect, it, vi } from 'vitest'
import { type CloudWatchStandIn, openCloudWatchStandIn, sumOf } from '../../support/cloudwatch-stand-in.ts'

const AT = 1_700_000_000_000
afterEach(() => void vi.unstubAllEnvs())

async function deliver(standIn: CloudWatchStandIn, counted: MetricsSnapshot): Promise<void> {
  for (const [name, value] of Object.entries(standIn.environment)) vi.stubEnv(name, value)
  const sink = await openCloudWatch({ environmentName: 'churn-production' })
  await sink.deliver(counted, AT).finally(sink.close)
}

it('is sent as PutMetricData, with the one dimension, units and full resolution', async () => {
  await using standIn = await openCloudWatchStandIn()
  const metrics = createMemoryMetrics()
  metrics.count('Predictions', 3)
  metrics.gauge('WorkerUtilization', () => 41.5)
  for (const milliseconds of [1, 1, 50]) metrics.observe('PredictionLatency', milliseconds)

  await deliver(standIn, metrics.snapshot())

  const [{ headers, body }] = standIn.requests as [(typeof standIn.requests)[number]]
  expect(standIn.requests).toHaveLength(1)
  expect(headers['x-amz-target']).toBe('GraniteServiceVersion20100801.PutMetricData')
  expect(headers['content-type']).toBe('application/x-amz-json-1.0')
  expect(body.Namespace).toBe('ModelServing')
  const common = {
    Dimensions: [{ Name: 'EnvironmentName', Value: 'churn-production' }],
    Timestamp: AT / 1000,
    StorageResolution: 1,
  }
  expect(body.MetricData).toContainEqual({
    MetricName: 'Predictions',
    Unit: 'Count',
    Values: [3],
    Counts: [1],
    ...common,
  })
  expect(body.MetricData).toContainEqual({
    MetricName: 'WorkerUtilization',
    Unit: 'Percent',
    Values: [41.5],
    Counts: [1],
    ...common,
  })
  expect(body.MetricData).toContainEqual({
    MetricName: 'PredictionLatency',
    Unit: 'Milliseconds',
    Values: [1, 50],
    Counts: [2, 1],
    ...common,
  })
  // a heartbeat: nothing was rejected is something else than nobody there
  expect(body.MetricData.find(({ MetricName }) => MetricName === 'Rejected')?.Values).toEqual([0])
  expect(body.MetricData.some(({ MetricName }) => MetricName === 'QueueWait')).toBe(false)
})

it('keeps the limits of the API where every duration came, in one compressed request', async () => {
  await using standIn = await openCloudWatchStandIn()
  const metrics = createMemoryMetrics()
  for (let milliseconds = 0.001; milliseconds < 3_600_000; milliseconds *= 1.005)
    for (const name of ['PredictionLatency', 'QueueWait'] as const) metrics.observe(name, milliseconds)

  await deliver(standIn, metrics.snapshot())

  const [{ headers, bytes, body }] = standIn.requests as [(typeof standIn.requests)[number]]
  expect(headers['content-encoding']).toBe('gzip')
  expect(bytes).toBeLessThan(1_048_576)
  expect(JSON.stringify(body).length).toBeLessThan(1_048_576)
  expect(body.MetricData.length).toBeLessThan(1000)
  expect(Math.max(...body.MetricData.map(({ Values }) => Values.length))).toBe(150)
  expect(sumOf(standIn.requests, 'PredictionLatency').count).toBe(metrics.summary('PredictionLatency').count)
})

it('rejects where CloudWatch throttles, after a second attempt', async () => {
  await using standIn = await openCloudWatchStandIn(response => {
    response.statusCode = 400
    response.end('{"__type":"com.amazonaws.cloudwatch.v2010_08_01#ThrottlingException","message":"Rate exceeded"}')
  })

  await expect(deliver(standIn, createMemoryMetrics().snapshot())).rejects.toThrow('Rate exceeded')

  expect(standIn.requests).toHaveLength(2)
})
