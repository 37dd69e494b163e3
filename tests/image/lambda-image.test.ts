import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RuntimeApi, startRuntimeApi } from '../lambda/runtime-api.ts'
import { aRow } from '../support/churn.ts'
import { toHttpEvent, toResponse } from '../support/lambda-events.ts'
import type { RunningCaller } from './engine.ts'
import { findEngine } from './find-engine.ts'

const project = fileURLToPath(new URL('../..', import.meta.url))
const tag = `scaling-mlops-lambda-image-test-${process.pid}`
/** Lambda runs an image as a user that is not in it. */
const LAMBDA_USER = '993:990'
const answer = '{"churn_probability":0.6812940239906311,"churn":true}'

const engine = await findEngine()

describe.runIf(engine)(`the image of the function (by ${engine?.name})`, () => {
  if (engine === undefined) return
  let api: RuntimeApi
  let container: RunningCaller
  beforeAll(async () => {
    await engine.build(project, tag, 'lambda')
    api = await startRuntimeApi()
    const environment = {
      AWS_LAMBDA_RUNTIME_API: api.address,
      AWS_LAMBDA_FUNCTION_NAME: 'scoring',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1769',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/scoring',
      AWS_LAMBDA_LOG_STREAM_NAME: '2026/11/29/[$LATEST]1',
      AWS_REGION: 'eu-central-1',
      _HANDLER: 'main.handler',
    }
    container = await engine.startCaller(tag, environment, LAMBDA_USER)
    const start = await api.started
    if ('error' in start) throw new Error(`${start.error.errorType}: ${start.error.errorMessage}`)
  }, 900_000)

  afterAll(async () => {
    // as Lambda ends it: the runtime interface client has no ear for SIGTERM, and process 1 is spared what it does not hear
    await container?.stop('SIGKILL')
    api?.close()
    await engine.remove(tag)
  }, 60_000)

  const answerOf = async (event: unknown): Promise<string> => {
    const ending = await api.invoke(event)
    if ('error' in ending) throw new Error(`${ending.error.errorType}: ${ending.error.errorMessage}`)
    return ending.answer
  }

  it('scores a row', async () => {
    expect(await answerOf(aRow())).toBe(answer)
  })

  it('answers a request of API Gateway', async () => {
    const event = await toHttpEvent('API Gateway 2.0', '/predict', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(aRow()),
    })

    const response = toResponse(JSON.parse(await answerOf(event)))

    expect(response.status).toBe(200)
    expect(await response.text()).toBe(answer)
  })

  it("is Lambda's user on a root file system that is read-only but for /tmp", async () => {
    expect((await container.exec('stat', '-c', '%u', '/proc/1')).stdout.trim()).toBe('993')
    expect((await container.exec('touch', '/var/task/written')).code).not.toBe(0)
    expect((await container.exec('touch', '/tmp/written')).code).toBe(0)
  })
})
