import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { openSqsDeadLetters } from '@scaling-mlops/adapters/sqs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readDeploymentOf, WORKERS } from '../support/beanstalk.ts'
import { aRow } from '../support/churn.ts'
import { repository } from '../support/host.ts'
import { collect } from '../support/records.ts'
import { type SqsEmulator, startSqsEmulator } from '../support/sqs-emulator.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'
import { buildProgram, type Instance, openInstance } from './instance.ts'
import { startWorkerDaemon, type WorkerDaemon } from './worker-daemon.ts'

let emulator: SqsEmulator
let client: SQSClient
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let queueUrl: string
let deadLetterQueueUrl: string
let resultsUrl: string
let instance: Instance
let daemon: WorkerDaemon

/** Version 2 cannot be opened until its graph is mended. */
const brokenGraph = (): string => join(folder.path, 'churn/2/model.onnx')

beforeAll(async () => {
  await buildProgram()
  emulator = await startSqsEmulator()
  client = new SQSClient({})
  folder = await temporaryFolder()
  await cp(join(repository, 'churn/1'), join(folder.path, 'churn/1'), { recursive: true })
  await cp(join(repository, 'churn/1'), join(folder.path, 'churn/2'), { recursive: true })
  const manifest = join(folder.path, 'churn/2/manifest.json')
  await writeFile(manifest, (await readFile(manifest, 'utf8')).replace('"version": 1', '"version": 2'))
  await writeFile(brokenGraph(), 'half a file')
  queueUrl = await emulator.createQueue('records')
  deadLetterQueueUrl = await emulator.createQueue('dead')
  resultsUrl = await emulator.createQueue('results')
  instance = await openInstance(WORKERS, {
    AWS_ENDPOINT_URL: emulator.endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    ENVIRONMENT_NAME: 'churn-workers',
    METRICS: 'none',
    MODEL_REPOSITORY: folder.path,
    RESULTS_URL: resultsUrl,
    DEAD_LETTER_QUEUE_URL: deadLetterQueueUrl,
  })
  const { 'aws:elasticbeanstalk:sqsd': options = {} } = readDeploymentOf(WORKERS).options
  daemon = startWorkerDaemon({
    queueUrl,
    url: instance.nginx.url,
    // nobody waits half a minute for a message that failed
    options: { ...options, ErrorVisibilityTimeout: '1' },
  })
})
afterAll(async () => {
  await daemon.stop()
  await instance[Symbol.asyncDispose]()
  client.destroy()
  await emulator.close()
  await folder[Symbol.asyncDispose]()
})

/** Sends a message and answers its id. */
async function send(body: string, attributes: Readonly<Record<string, string>> = {}): Promise<string> {
  const { MessageId } = await client.send(
    new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: body,
      MessageAttributes: Object.fromEntries(
        Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
      ),
    }),
  )
  return String(MessageId)
}

/** Ids of all results so far, as often as they were published. */
const published: unknown[] = []
async function readResults(): Promise<readonly unknown[]> {
  for (;;) {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({ QueueUrl: resultsUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 600 }),
    )
    if (Messages.length === 0) return published
    published.push(...Messages.map(({ Body = '' }) => JSON.parse(Body).id))
  }
}

const postsOf = (message: string) => daemon.posts.filter(post => post.message === message)

describe('an instance of the worker tier', () => {
  it('scores every message that its daemon brings, once, and publishes each result', async () => {
    const sent = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        send(JSON.stringify(aRow({ tenure: index })), { model: 'churn', version: '1' }),
      ),
    )
    await until(() => sent.every(id => postsOf(id).length > 0))

    expect(sent.flatMap(postsOf).map(({ status }) => status)).toEqual(sent.map(() => 200))
    expect([...(await readResults())].sort()).toEqual([...sent].sort())
  })

  it('sends what can never be scored to the dead letters at once, with its reason', async () => {
    const poison = await send('{"tenure":', { model: 'churn', version: '1' })
    await until(() => postsOf(poison).length > 0)

    expect(postsOf(poison)).toEqual([{ message: poison, delivery: 1, status: 200 }])
    const letters = await collect((await openSqsDeadLetters({ url: deadLetterQueueUrl })).scan({}))
    expect(letters).toMatchObject([{ id: poison, code: 'malformed_json', attempts: 1 }])
  })

  it('lets what may succeed later come again until it does', async () => {
    const early = await send(JSON.stringify(aRow()), { model: 'churn', version: '2' })
    await until(() => postsOf(early).length > 1)
    await cp(join(repository, 'churn/1/model.onnx'), brokenGraph())
    await until(() => postsOf(early).some(({ status }) => status === 200))

    const statuses = postsOf(early).map(({ status }) => status)
    expect(statuses.slice(0, 2)).toEqual([503, 503])
    expect(statuses.at(-1)).toBe(200)
    expect((await readResults()).filter(id => id === early)).toHaveLength(1)
  })
})
