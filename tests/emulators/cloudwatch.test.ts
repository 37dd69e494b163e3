import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch'
import { openCloudWatch } from '@scaling-mlops/adapters/cloudwatch'
import { createMemoryMetrics } from '@scaling-mlops/adapters/memory'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { aRow, json } from '../support/churn.ts'
import { openProcessHost } from '../support/host.ts'
import { until } from '../support/until.ts'
import { startMoto } from './moto.ts'

let moto: Awaited<ReturnType<typeof startMoto>>
let environment: Readonly<Record<string, string>>
beforeAll(async () => {
  moto = await startMoto()
  environment = {
    AWS_ENDPOINT_URL: moto.endpoint,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  }
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await moto.close()
})

/** What CloudWatch tells of a metric over the last ten minutes. */
async function read(EnvironmentName: string, MetricName: string, Stat: string): Promise<number[]> {
  const client = new CloudWatchClient({})
  const { MetricDataResults } = await client.send(
    new GetMetricDataCommand({
      StartTime: new Date(Date.now() - 600_000),
      EndTime: new Date(Date.now() + 60_000),
      MetricDataQueries: [
        {
          Id: 'query',
          MetricStat: {
            Metric: {
              Namespace: 'ModelServing',
              MetricName,
              Dimensions: [{ Name: 'EnvironmentName', Value: EnvironmentName }],
            },
            Period: 3600,
            Stat,
          },
        },
      ],
    }),
  )
  client.destroy()
  return MetricDataResults?.[0]?.Values ?? []
}

describe('CloudWatch (moto)', () => {
  it('gives back what was counted', async () => {
    const metrics = createMemoryMetrics()
    metrics.count('Predictions', 3)
    metrics.gauge('WorkerUtilization', () => 40)
    for (const milliseconds of [1, 1, 50]) metrics.observe('PredictionLatency', milliseconds)
    const sink = await openCloudWatch({ environmentName: 'adapter' })

    await sink.deliver(metrics.snapshot(), Date.now())
    sink.close()

    expect(await read('adapter', 'Predictions', 'Sum')).toEqual([3])
    expect(await read('adapter', 'Rejected', 'Sum')).toEqual([0])
    expect(await read('adapter', 'WorkerUtilization', 'Average')).toEqual([40])
    expect(await read('adapter', 'PredictionLatency', 'SampleCount')).toEqual([3])
    expect(await read('adapter', 'PredictionLatency', 'Maximum')).toEqual([50])
  })

  it('takes what is compressed', async () => {
    const metrics = createMemoryMetrics()
    for (let milliseconds = 0.001; milliseconds < 3_600_000; milliseconds *= 1.005)
      for (const name of ['PredictionLatency', 'QueueWait'] as const) metrics.observe(name, milliseconds)
    const sink = await openCloudWatch({ environmentName: 'wide' })

    await sink.deliver(metrics.snapshot(), Date.now())
    sink.close()

    expect(await read('wide', 'QueueWait', 'SampleCount')).toEqual([metrics.summary('QueueWait').count])
  })

  it('gives back what two workers of a server answered', async () => {
    const host = await openProcessHost({
      METRICS: 'cloudwatch',
      ENVIRONMENT_NAME: 'server',
      WORKERS: '2',
      ...environment,
    })
    for (let time = 0; time < 7; time++) await host.fetch('/predict', json(aRow(), { connection: 'close' }))

    await until(async () => (await read('server', 'Predictions', 'Sum'))[0] === 7)
    await host.stop()

    expect(await read('server', 'Predictions', 'Sum')).toEqual([7])
    expect(await read('server', 'PredictionLatency', 'SampleCount')).toEqual([7])
  })
})
