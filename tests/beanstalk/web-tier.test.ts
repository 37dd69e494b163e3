import { Agent, request } from 'node:http'
import { DEFAULT_DEPLOYMENT } from '@scaling-mlops/adapters/beanstalk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aRow, json } from '../support/churn.ts'
import { type CloudWatchStandIn, openCloudWatchStandIn, sumOf } from '../support/cloudwatch-stand-in.ts'
import { until } from '../support/until.ts'
import { buildProgram, type Instance, openInstance } from './instance.ts'

const ANSWER = { churn_probability: 0.6812940239906311, churn: true }
/** Seconds since 1970, path, status, seconds in all, seconds of the container, callers: as the health agent splits them. */
const HEALTH_LINE = /^(\d+\.\d{3})"([^"]+)"(\d{3})"(\d+\.\d{3})"(\d+\.\d{3}|-)"([^"]*)$/

let cloudWatch: CloudWatchStandIn
let instance: Instance
beforeAll(async () => {
  await buildProgram()
  cloudWatch = await openCloudWatchStandIn()
  instance = await openInstance(DEFAULT_DEPLOYMENT, { ...cloudWatch.environment, ENVIRONMENT_NAME: 'churn-web' })
})
afterAll(async () => {
  await instance[Symbol.asyncDispose]()
  await cloudWatch[Symbol.asyncDispose]()
})

const post = (path: string, init: RequestInit): Promise<Response> => fetch(instance.nginx.url + path, init)

describe('an instance of the web tier', () => {
  it('scores what comes through nginx, and is healthy at the path that the load balancer asks', async () => {
    expect(await (await post('/predict', json(aRow()))).json()).toEqual(ANSWER)
    expect((await fetch(`${instance.nginx.url}/health/ready`)).status).toBe(200)
  })

  it('refuses a body above its own limit with a problem document, where nginx alone would refuse 1 MB with a page', async () => {
    const response = await post('/predict', json(`[${'1,'.repeat(600_000)}1]`))

    expect(response.status).toBe(413)
    expect(response.headers.get('content-type')).toContain('application/problem+json')
    expect(await response.json()).toMatchObject({ code: 'body_too_large' })
  })

  it('takes megabytes of rows that are read as they come', async () => {
    const line = `${JSON.stringify(aRow())}\n`
    const rows = Math.ceil(2_500_000 / line.length)
    const response = await post('/predict', {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: line.repeat(rows),
    })

    const answers = (await response.text()).trimEnd().split('\n')
    expect(answers).toHaveLength(rows)
    expect(new Set(answers)).toEqual(new Set([JSON.stringify(ANSWER)]))
  })

  it('keeps a connection for a caller who keeps it', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const ports = new Set<number | undefined>()
    for (let time = 0; time < 20; time++)
      await new Promise<void>((resolve, reject) => {
        request(`${instance.nginx.url}/ping`, { agent }, response => {
          ports.add(response.socket.localPort)
          response.resume().on('end', resolve)
        })
          .on('error', reject)
          .end()
      })
    agent.destroy()

    expect(ports.size).toBe(1)
  })

  it('leaves lines that the health agent can read, with the answers that clients got', async () => {
    const before = (await instance.nginx.healthLog()).length
    await post('/predict', json(aRow(), { 'x-forwarded-for': '203.0.113.7' }))
    await post('/predict', json({ contract: 'weekly' }))

    const lines = await until(async () => {
      const all = await instance.nginx.healthLog()
      return all.length >= before + 2 && all
    })
    for (const line of lines) expect(line).toMatch(HEALTH_LINE)
    const [good, bad] = lines.slice(-2).map(line => HEALTH_LINE.exec(line) ?? [])
    expect([good?.[2], good?.[3], good?.[6]]).toEqual(['/predict', '200', '203.0.113.7'])
    expect([bad?.[2], bad?.[3], bad?.[6]]).toEqual(['/predict', '400', '-'])
  })

  it('tells CloudWatch how busy it is under the name of its environment: what the fleet scales on', async () => {
    await until(() => sumOf(cloudWatch.requests, 'WorkerUtilization').count > 0)

    const [{ Dimensions } = {}] = cloudWatch.requests.flatMap(({ body }) => body.MetricData)
    expect(Dimensions).toEqual([{ Name: 'EnvironmentName', Value: 'churn-web' }])
  })
})
