import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { openS3Results } from '@scaling-mlops/adapters/s3'
import { openSqsQueue, openSqsSink } from '@scaling-mlops/adapters/sqs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeResultStore } from '../contracts/result-store.ts'
import { describeSqs } from '../contracts/sqs.ts'
import { aResult, receiveAll } from '../support/records.ts'
import { connectSqs, type SqsEmulator } from '../support/sqs-emulator.ts'
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

describeSqs('moto', () => emulator, { ordered: true })

describeResultStore(
  'S3 (moto)',
  async () => {
    const results = await openS3Results(await createBucket())
    return { results, close: async () => results.close() }
  },
  { lists: false },
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
