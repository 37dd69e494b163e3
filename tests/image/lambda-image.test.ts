import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeKnownEvents } from '../lambda/known-events.ts'
import { functionEnvironment, type RuntimeApi, startRuntimeApi, toError } from '../lambda/runtime-api.ts'
import type { RunningCaller } from './engine.ts'
import { findEngine } from './find-engine.ts'

const project = fileURLToPath(new URL('../..', import.meta.url))
const tag = `scaling-mlops-lambda-image-test-${process.pid}`
/** Lambda runs an image as a user that is not in it. */
const LAMBDA_USER = '993:990'
const START_MS = 30_000

const engine = await findEngine()

describe.runIf(engine)(`the image of the function (by ${engine?.name})`, () => {
  if (engine === undefined) return
  let api: RuntimeApi
  let container: RunningCaller
  beforeAll(async () => {
    await engine.build(project, tag, 'lambda')
    api = await startRuntimeApi()
    const environment = { ...functionEnvironment(api.address), DATA_DIR: '/tmp/data', LOG_LEVEL: 'warn' }
    container = await engine.startCaller(tag, environment, LAMBDA_USER)
    const start = await Promise.race([api.started, setTimeout(START_MS)])
    if (start === undefined) throw new Error(`the function asks for no event: ${JSON.stringify(container.output)}`)
    if ('error' in start) throw toError(start.error)
  }, 900_000)

  afterAll(async () => {
    // as Lambda ends it: the runtime interface client has no ear for SIGTERM, and process 1 is spared what it does not hear
    await container?.stop('SIGKILL')
    api?.close()
    await engine.remove(tag)
  }, 60_000)

  describeKnownEvents(event => api.answerOf(event))

  it("is Lambda's user on a root file system that is read-only but for /tmp", async () => {
    expect((await container.exec('stat', '-c', '%u', '/proc/1')).stdout.trim()).toBe('993')
    expect((await container.exec('touch', '/var/task/written')).code).not.toBe(0)
    expect((await container.exec('touch', '/tmp/written')).code).toBe(0)
  })
})
