import { expect, it } from 'vitest'
import { aRow, json } from '../../support/churn.ts'
import { openCloudWatchStandIn, sumOf } from '../../support/cloudwatch-stand-in.ts'
import { type Environment, openProcessHost, type ProcessHost } from '../../support/host.ts'
import { until } from '../../support/until.ts'

/** Nothing of the machine that the tests run on: neither its credentials nor an instance's. */
const NO_CREDENTIALS = { AWS_EC2_METADATA_DISABLED: 'true', AWS_REGION: 'eu-central-1', HOME: '/nowhere' }

async function open(environment: Environment): Promise<ProcessHost & AsyncDisposable> {
  const host = await openProcessHost({ ENVIRONMENT_NAME: 'test', ...environment })
  return { ...host, [Symbol.asyncDispose]: host.close }
}

/** Every answer must be the right one, whatever becomes of the metrics. */
async function ask(host: ProcessHost, times: number): Promise<void> {
  for (let time = 0; time < times; time++) {
    const response = await host.fetch('/predict', json(aRow(), { connection: 'close' }))
    expect(await response.json()).toEqual({ churn_probability: 0.6812940239906311, churn: true })
  }
}

const complaints = ({ log }: ProcessHost) => log.filter(({ level }) => level === 'warn' || level === 'error')

it.each(['1', '2'])(
  'counts of %s workers arrive at CloudWatch once, at the latest when the server ends',
  async WORKERS => {
    await using standIn = await openCloudWatchStandIn()
    await using host = await open({ METRICS: 'cloudwatch', WORKERS, ...standIn.environment })

    await ask(host, 12)
    const code = await host.stop()

    expect(code).toBe(0)
    expect(sumOf(standIn.requests, 'Predictions').sum).toBe(12)
    expect(sumOf(standIn.requests, 'PredictionLatency').count).toBe(12)
    expect(standIn.requests[0]?.body.MetricData[0]?.Dimensions).toEqual([{ Name: 'EnvironmentName', Value: 'test' }])
    expect(complaints(host)).toEqual([])
  },
)

it('writes lines of the embedded metric format into the log', async () => {
  await using host = await open({ METRICS: 'emf', WORKERS: '2' })

  await ask(host, 3)
  await host.stop()

  const lines = host.log.filter(({ _aws }) => _aws !== undefined)
  expect(lines.reduce((total, { Predictions = 0 }) => total + Number(Predictions), 0)).toBe(3)
  expect(lines[0]).toMatchObject({ EnvironmentName: 'test' })
})

it.each([
  ['there are no credentials', { ...NO_CREDENTIALS }],
  ['there is no region', { ...NO_CREDENTIALS, AWS_REGION: '' }],
  [
    'nobody listens at the endpoint',
    {
      ...NO_CREDENTIALS,
      AWS_ENDPOINT_URL_CLOUDWATCH: 'http://127.0.0.1:9',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    },
  ],
])('scores, warns once and ends as ever where %s', async (_, environment) => {
  await using host = await open({ METRICS: 'cloudwatch', ...environment })

  await ask(host, 5)
  const code = await host.stop()

  expect(code).toBe(0)
  expect(complaints(host).map(({ level, msg }) => ({ level, msg }))).toEqual([
    { level: 'warn', msg: 'metrics cannot be delivered; scoring goes on, and this is said once' },
  ])
})

it('says at its start what that costs a month: the calls of an instance, the names of an environment', async () => {
  await using standIn = await openCloudWatchStandIn()
  await using host = await open({ METRICS: 'cloudwatch', ...standIn.environment })

  await host.stop()

  // a call every 10 s at $0.01 a thousand, nine names at $0.30
  expect(host.log.find(({ msg }) => msg === 'metrics are pushed to CloudWatch')).toMatchObject({
    dollarsPerMonth: { callsOfInstance: 2.63, namesOfEnvironment: 2.7 },
  })
})

// these wait for a delivery of their server's own time, all at once
it.concurrent('says how busy it is within ten seconds of its start', async () => {
  await using standIn = await openCloudWatchStandIn()
  await using host = await open({ METRICS: 'cloudwatch', WORKERS: '2', ...standIn.environment })

  await until(() => sumOf(standIn.requests, 'WorkerUtilization').count > 0)

  expect(sumOf(standIn.requests, 'WorkerUtilization').sum).toBeLessThanOrEqual(100)
  expect(complaints(host)).toEqual([])
})

it.concurrent('scores, and ends as ever, where CloudWatch never answers', async () => {
  await using standIn = await openCloudWatchStandIn(() => {})
  await using host = await open({ METRICS: 'cloudwatch', ...standIn.environment })

  await until(() => standIn.requests.length > 0)
  await ask(host, 5)
  const code = await host.stop()

  expect(code).toBe(0)
})

it.concurrent('goes on to score, and is ready, after a delivery that failed', async () => {
  await using host = await open({ METRICS: 'cloudwatch', ...NO_CREDENTIALS })

  await until(() => complaints(host).length > 0)
  await ask(host, 5)

  expect((await host.fetch('/health/ready')).status).toBe(200)
})
