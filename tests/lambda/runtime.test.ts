import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { aRow } from '../support/churn.ts'
import { repository } from '../support/host.ts'
import { toS3Event } from '../support/lambda-events.ts'
import { runOrThrow } from '../support/run.ts'
import { startS3Models } from '../support/s3-models.ts'
import { BUCKET, startS3 } from '../support/s3-stand-in.ts'
import { telcoPath } from '../support/telco.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { installInterfaceClient } from './interface-client.ts'
import { answer, describeKnownEvents } from './known-events.ts'
import { packageLambda, unzip } from './package.ts'
import { type Runtime, startRuntime } from './runtime.ts'

const bin = fileURLToPath(new URL('../../runtimes/cli/bin.js', import.meta.url))

let place: Awaited<ReturnType<typeof temporaryFolder>>
let client: string
let folder: string
beforeAll(async () => {
  client = await installInterfaceClient()
  place = await temporaryFolder()
  folder = `${place.path}/function`
  await packageLambda(`${place.path}/function.zip`, '--arch', process.arch)
  await unzip(`${place.path}/function.zip`, folder)
})
afterAll(() => place[Symbol.asyncDispose]())

describe('the packaged function in the runtime interface client', () => {
  let runtime: Runtime
  beforeAll(async () => {
    runtime = await startRuntime(client, folder, { DATA_DIR: `${place.path}/data`, LOG_LEVEL: 'warn' })
    await runtime.initMs()
  })
  afterAll(() => runtime[Symbol.asyncDispose]())

  const answerOf: Runtime['answerOf'] = (event, timeoutMs) => runtime.answerOf(event, timeoutMs)

  describeKnownEvents(answerOf)

  it('reports an event of no known shape with its kind, and one line that says what', async () => {
    const ending = await runtime.invoke({ Records: [{ eventSource: 'aws:dynamodb' }] })
    expect(ending).toMatchObject({
      error: { errorType: 'unknown_event', errorMessage: expect.stringContaining('aws:dynamodb') },
    })
    // its output comes by another way than its answer
    const lines = await vi.waitFor(() => {
      const found = runtime
        .output()
        .split('\n')
        .filter(line => line.includes('aws:dynamodb') && line.includes('invocation failed'))
      expect(found).toHaveLength(1)
      return found
    })
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'error',
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
  })

  it('goes on after errors', async () => {
    await runtime.invoke(null)
    await runtime.invoke(17)
    expect(await answerOf(aRow())).toBe(answer)
  })

  it('writes the metrics of an invocation once', async () => {
    const written = (): number =>
      runtime
        .output()
        .split('\n')
        .filter(line => line.includes('"Predictions":2')).length
    const before = written()
    await answerOf([aRow(), aRow()])
    await answerOf([])
    await expect.poll(written).toBe(before + 1)
  })

  it('does not grow over 1,000 invocations', async () => {
    const rows = Array.from({ length: 100 }, (_, index) => aRow({ tenure: index % 73 }))
    const invoke = async (times: number): Promise<void> => {
      for (let index = 0; index < times; index++) await answerOf(rows)
    }
    await invoke(1_000)
    const before = runtime.memory()
    await invoke(1_000)
    // who kept the events alone would grow by 48 MB; a heap that is resized grows by 15
    expect((runtime.memory() - before) / 1e6).toBeLessThan(30)
  })
})

describe('the packaged function and S3', () => {
  const s3Variables = (): Record<string, string> =>
    Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('AWS_'))) as Record<
      string,
      string
    >

  it('scores a file that was put there, byte by byte as the command line does', async () => {
    const s3 = await startS3()
    try {
      await using runtime = await startRuntime(client, folder, s3Variables())
      s3.put('in/customers.csv', await readFile(telcoPath))
      expect(await runtime.invoke(toS3Event(BUCKET, 'in/customers.csv'))).toEqual({ answer: 'null' })

      const scored = `${place.path}/customers.csv`
      await runOrThrow(process.execPath, bin, 'score', `${repository}/churn`, telcoPath, '-o', scored)
      expect(s3.bytes('in/customers.scored.csv')?.equals(await readFile(scored))).toBe(true)
    } finally {
      await s3.close()
    }
  })

  it('takes its models from there at its start', async () => {
    const models = await startS3Models()
    try {
      await models.putFolder(`${repository}/churn/1`, 'models/serving/churn/1')
      const environment = { ...s3Variables(), MODEL_REPOSITORY: 's3://models/serving' }
      await using runtime = await startRuntime(client, folder, environment)

      expect(await runtime.invoke(aRow())).toEqual({ answer })
      expect(models.reads).toContain('serving/churn/1/model.onnx')
    } finally {
      await models.close()
    }
  })
})

describe('a function that cannot start', () => {
  it.each([
    ['a setting that is none', { MAX_BODY_BYTES: 'many' }, 'MAX_BODY_BYTES'],
    ['models that are not there', { MODEL_REPOSITORY: '/nowhere' }, '/nowhere'],
  ])('for %s reports that to Lambda', async (_, environment, named) => {
    await using runtime = await startRuntime(client, folder, environment)
    expect(await runtime.started).toMatchObject({ error: { errorMessage: expect.stringContaining(named) } })
  })
})
