import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock, systemTimer } from '@scaling-mlops/adapters/memory'
import { openSqliteStreams } from '@scaling-mlops/adapters/sqlite'
import { openSqsDeadLetters, openSqsQueue } from '@scaling-mlops/adapters/sqs'
import type { DeadLetter, DeadLetters } from '@scaling-mlops/core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { aRow } from '../../support/churn.ts'
import { repository } from '../../support/host.ts'
import { aLetter, collect, receiveAll } from '../../support/records.ts'
import { runCli } from '../../support/run-cli.ts'
import { type SqsEmulator, startSqsEmulator } from '../../support/sqs-emulator.ts'

const letters: readonly DeadLetter[] = [
  aLetter({ id: 'fixed', body: JSON.stringify(aRow()) }),
  aLetter({ id: 'broken', body: '{"tenure":', code: 'malformed_json', reason: 'the body is not JSON' }),
  aLetter({ id: 'bytes', body: new Uint8Array([0xff]), code: 'malformed_json' }),
]

describe('dlq on the embedded store', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dlq-'))
    await withStore(({ deadLetters }) => deadLetters.add(letters))
  })
  afterEach(() => rm(folder, { recursive: true }))

  async function withStore<T>(use: (streams: ReturnType<typeof openSqliteStreams>) => Promise<T>): Promise<T> {
    const streams = openSqliteStreams(join(folder, 'streams.db'), { clock: systemClock, timer: systemTimer, pollMs: 5 })
    const value = await use(streams)
    await streams.close()
    return value
  }
  const dlq = (...args: string[]) => runCli('dlq', ...args, '--data-dir', folder)
  const left = () => withStore(async ({ deadLetters }) => (await collect(deadLetters.scan({}))).map(({ id }) => id))

  it('lists letters, one a line', async () => {
    const { code, stdout } = await dlq('list')
    expect(code).toBe(0)
    expect(stdout.trim().split('\n')).toEqual([
      '2026-11-21T00:00:00.000Z  fixed  churn  invalid_row  1×  tenure must be a number of at least 0; got -1',
      '2026-11-21T00:00:00.000Z  broken  churn  malformed_json  1×  the body is not JSON',
      expect.stringContaining('bytes  churn  malformed_json'),
    ])
  })

  it('lists letters of one code as one document', async () => {
    const { stdout } = await dlq('list', '--code', 'malformed_json', '--limit', '1', '--json')
    expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1, deadLetters: [{ id: 'broken', body: '{"tenure":' }] })
  })

  it('shows one letter, or says that there is none', async () => {
    expect(JSON.parse((await dlq('show', 'bytes')).stdout)).toMatchObject({ id: 'bytes', bodyBase64: '/w==' })
    const missing = await dlq('show', 'nobody')
    expect([missing.code, missing.stdout]).toEqual([4, ''])
    expect(missing.stderr).toContain('no dead letter "nobody"')
  })

  it('tries a redrive with the models of today', async () => {
    const { code, stdout } = await dlq('redrive', '--all', '--dry-run', '--model-repository', repository)
    expect([code, stdout]).toEqual([0, '1 of 3 would pass now\n'])
    expect(await left()).toHaveLength(3)
  })

  it('redrives by id: the record waits in the queue again', async () => {
    expect((await dlq('redrive', 'fixed')).stdout).toBe('redriven 1\n')
    expect(await left()).toEqual(['broken', 'bytes'])
    const waiting = await withStore(({ queue }) => receiveAll(queue, 1))
    expect(waiting).toMatchObject([{ id: 'fixed', model: 'churn', attempts: 1, firstSeen: letters[0]?.firstSeen }])
  })

  it('discards by code', async () => {
    expect((await dlq('discard', '--code', 'malformed_json')).stdout).toBe('discarded 2\n')
    expect(await left()).toEqual(['fixed'])
  })

  it('exports letters as lines of JSON', async () => {
    const { stdout } = await dlq('export')
    const lines = stdout.trim().split('\n')
    expect(lines.map(line => JSON.parse(line).id)).toEqual(['fixed', 'broken', 'bytes'])
  })

  it('changes nothing unless it is told what', async () => {
    for (const verb of ['redrive', 'discard']) {
      const { code, stderr } = await dlq(verb)
      expect(code).toBe(2)
      expect(stderr).toContain('--all')
    }
    expect(await left()).toHaveLength(3)
  })

  it('makes no store where there is none', async () => {
    const { code, stderr } = await runCli('dlq', 'list', '--data-dir', join(folder, 'elsewhere'))
    expect(code).toBe(3)
    expect(stderr).toContain('there are no streams in')
  })
})

describe('dlq on SQS', () => {
  let emulator: SqsEmulator
  let queueUrl: string
  let deadLetterQueueUrl: string
  beforeAll(async () => {
    emulator = await startSqsEmulator()
  })
  afterAll(() => emulator.close())
  beforeEach(async () => {
    deadLetterQueueUrl = await emulator.createQueue('dead')
    const arn = `arn:aws:sqs:us-east-1:123456789012:${deadLetterQueueUrl.split('/').at(-1)}`
    queueUrl = await emulator.createQueue('records', {
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn, maxReceiveCount: 10 }),
    })
    await withLetters(deadLetters => deadLetters.add(letters))
  })

  async function withLetters<T>(use: (deadLetters: DeadLetters) => Promise<T>): Promise<T> {
    const deadLetters = await openSqsDeadLetters({ url: deadLetterQueueUrl, waitSeconds: 0 })
    const value = await use(deadLetters)
    deadLetters.close()
    return value
  }
  const dlq = (...args: string[]) =>
    runCli('dlq', ...args, '--queue-url', queueUrl, '--dead-letter-queue-url', deadLetterQueueUrl)
  const left = () => withLetters(async deadLetters => (await collect(deadLetters.scan({}))).map(({ id }) => id).sort())
  const waiting = async () => {
    const queue = await openSqsQueue({ url: queueUrl, waitSeconds: 0 })
    const deliveries = await receiveAll(queue, 3)
    queue.close()
    return deliveries
  }

  it('lists letters and leaves them there', async () => {
    const { code, stdout } = await dlq('list', '--json')
    expect(code).toBe(0)
    const ids = (JSON.parse(stdout).deadLetters as { id: string }[]).map(({ id }) => id)
    expect(ids.sort()).toEqual(['broken', 'bytes', 'fixed'])
    expect(await left()).toEqual(ids)
  })

  it('redrives one letter under its id', async () => {
    expect(await dlq('redrive', 'fixed')).toMatchObject({ code: 0, stdout: 'redriven 1\n' })
    expect(await left()).toEqual(['broken', 'bytes'])
    expect(await waiting()).toMatchObject([{ id: 'fixed', model: 'churn', body: letters[0]?.body }])
  })

  it('has SQS move the whole queue, ids and bodies with it', async () => {
    expect(await dlq('redrive', '--all', '--rate', '500')).toMatchObject({
      stderr: '',
      code: 0,
      stdout: 'redriven 3\n',
    })
    expect(await left()).toEqual([])
    const bodies = new Map((await waiting()).map(({ id, body }) => [id, body]))
    expect(bodies).toEqual(new Map(letters.map(({ id, body }) => [id, body])))
  })

  it('discards what is named', async () => {
    expect((await dlq('discard', 'broken', 'bytes')).stdout).toBe('discarded 2\n')
    expect(await left()).toEqual(['fixed'])
  })

  it('says that AWS is out of reach', async () => {
    process.env.AWS_ENDPOINT_URL = 'http://127.0.0.1:1'
    const { code, stderr } = await runCli('dlq', 'list', '--dead-letter-queue-url', 'http://127.0.0.1:1/1/none')
    process.env.AWS_ENDPOINT_URL = emulator.endpoint
    expect(code).toBe(8)
    expect(stderr).toMatch(/^error\[E_REMOTE\]/)
  })
})
