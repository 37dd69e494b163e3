import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { openFolderRepository } from '@scaling-mlops/adapters/files'
import { openS3Repository, openS3Results } from '@scaling-mlops/adapters/s3'
import { openSqsQueue, openSqsSink } from '@scaling-mlops/adapters/sqs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeModelRepository } from '../contracts/model-repository.ts'
import { describeResultStore } from '../contracts/result-store.ts'
import { describeSqs } from '../contracts/sqs.ts'
import { repository } from '../support/host.ts'
import { aResult, receiveAll } from '../support/records.ts'
import { connectSqs, type SqsEmulator } from '../support/sqs-emulator.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { startMoto } from './moto.ts'

let emulator: SqsEmulator
let buckets = 0
beforeAll(async () => {
  const moto = await startMoto()
  emulator = connectSqs(moto.endpoint, moto.close)
})
afterAll(() => emulator.close())

async function createBucket(): Promise<string> {
  const client = new S3Client({ forcePathStyle: true })
  const bucket = `results-${process.pid}-${buckets++}`
  await client.send(new CreateBucketCommand({ Bucket: bucket }))
  client.destroy()
  return `s3://${bucket}/scored`
}

describeSqs('moto', () => emulator, { ordered: true, counts: true })

describeResultStore(
  'S3 (moto)',
  async () => {
    const results = await openS3Results(await createBucket())
    return { results, close: async () => results.close() }
  },
  { lists: false },
)

describeModelRepository(
  'S3 (moto)',
  async () => {
    const url = await createBucket()
    const [, bucket] = /^s3:..([^/]+)/.exec(url) ?? []
    const client = new S3Client({ forcePathStyle: true })
    const bundle = join(repository, 'churn/1')
    for (const version of ['alpha/1', 'alpha/2', 'alpha/10', 'beta/3'])
      for (const file of await readdir(bundle)) {
        const Body = await readFile(join(bundle, file))
        await client.send(new PutObjectCommand({ Bucket: bucket, Key: `scored/${version}/${file}`, Body }))
      }
    client.destroy()
    const { path } = await temporaryFolder()
    return openS3Repository(url, { cache: path, local: openFolderRepository(path) })
  },
  await openFolderRepository(repository).read('churn', 1),
)

describe('results into SQS', () => {
  it('carry their id, and name the place in S3 of what is too large for a message', async () => {
    const large = await openS3Results(await createBucket())
    const url = await emulator.createQueue('results')
    const sink = await openSqsSink({ url, large })
    const answer = JSON.stringify({ label: 'x'.repeat(1_100_000) })

    await sink.publish([aResult({ id: 'small' }), aResult({ id: 'big', answer })])

    const queue = await openSqsQueue({ url, waitSeconds: 0 })
    const bodies = new Map((await receiveAll(queue, 2)).map(({ id, body }) => [id, JSON.parse(String(body))]))
    expect(bodies.get('small')).toMatchObject({ id: 'small', result: { churn: true } })
    expect(bodies.get('big').resultUrl).toMatch(/^s3:\/\/results-.*\/scored\/churn\/big\.json$/)
    expect((await large.find('churn', 'big'))?.answer).toBe(answer)
    for (const open of [large, sink, queue]) open.close()
  })
})
