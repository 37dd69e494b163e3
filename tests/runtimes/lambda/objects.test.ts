import { readFile, writeFile } from 'node:fs/promises'
import { gunzipSync, gzipSync } from 'node:zlib'
import { openSqsQueue } from '@scaling-mlops/adapters/sqs'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { aRow } from '../../support/churn.ts'
import { repository } from '../../support/host.ts'
import { toS3Event, toSqsEvent } from '../../support/lambda-events.ts'
import { type LambdaHost, openLambdaFunction } from '../../support/lambda-host.ts'
import { runCli } from '../../support/run-cli.ts'
import { BUCKET, type S3StandIn, startS3 } from '../../support/s3-stand-in.ts'
import { type SqsEmulator, startSqsEmulator } from '../../support/sqs-emulator.ts'
import { telcoPath } from '../../support/telco.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const telco = await readFile(telcoPath, 'utf8')
const [header = '', ...rows] = telco.trim().split('\n')

let s3: S3StandIn
let sqs: SqsEmulator
let queueUrl: string
let whole: LambdaHost
let split: LambdaHost
beforeAll(async () => {
  sqs = await startSqsEmulator()
  s3 = await startS3()
  queueUrl = await sqs.createQueue('files')
  whole = await openLambdaFunction({})
  split = await openLambdaFunction({ FILE_QUEUE_URL: queueUrl, FILE_RANGE_BYTES: '100000' })
})
afterEach(() => {
  s3.before = () => undefined
  for (const key of s3.keys()) s3.remove(key)
})
afterAll(async () => {
  for (const open of [whole, split, s3, sqs]) await open.close()
})

/** What the command line makes of a file. */
async function scoredByCli(
  name: string,
  bytes: string | Uint8Array,
): Promise<{ scored: Buffer; errors: string | undefined }> {
  await using folder = await temporaryFolder()
  const [stem, ending] = [name.slice(0, name.indexOf('.')), name.slice(name.indexOf('.'))]
  await writeFile(`${folder.path}/${name}`, bytes)
  await runCli('score', `${repository}/churn`, `${folder.path}/${name}`, '--workers', '1')
  return {
    scored: await readFile(`${folder.path}/${stem}.scored${ending}`),
    errors: await readFile(`${folder.path}/${stem}.scored.errors.csv`, 'utf8').catch(() => undefined),
  }
}

/** Plays the queue's event source mapping: each message an event of its own, in any order, until there is none. */
async function drain(host: LambdaHost, { twice = false } = {}): Promise<number> {
  const queue = await openSqsQueue({ url: queueUrl, waitSeconds: 0 })
  const eventSourceARN = `arn:aws:sqs:us-east-1:123456789012:${queueUrl.split('/').at(-1)}`
  let messages = 0
  try {
    for (;;) {
      const received = [...(await queue.receive(10, new AbortController().signal))].reverse()
      if (received.length === 0) return messages
      for (const delivery of received) {
        messages++
        const event = toSqsEvent([{ body: String(delivery.body), eventSourceARN }])
        for (let time = 0; time < (twice ? 2 : 1); time++)
          expect(await host.invoke(event)).toEqual({ batchItemFailures: [] })
        await queue.acknowledge([delivery])
      }
    }
  } finally {
    queue.close()
  }
}

describe('a file that is put into S3', () => {
  it.each([
    ['a CSV', 'customers.csv', telco],
    ['with a bad row', 'customers.csv', `${telco}${rows[0]?.replace('Month-to-month', 'weekly')}\n`],
    ['a packed CSV', 'customers.csv.gz', gzipSync(telco)],
    ['NDJSON', 'customers.ndjson', `${JSON.stringify(aRow())}\n${JSON.stringify(aRow({ contract: 'weekly' }))}\n`],
  ])('(%s) is scored beside it, byte by byte as by the command line', async (_, name, bytes) => {
    s3.put(`in/may 2026+x/${name}`, bytes)

    expect(await whole.invoke(toS3Event(BUCKET, `in/may 2026+x/${name}`))).toBeNull()

    const { scored, errors } = await scoredByCli(name, bytes)
    const got = s3.bytes(`in/may 2026+x/${name.replace('.', '.scored.')}`)
    expect(got?.equals(scored)).toBe(true)
    if (name.endsWith('.gz')) expect(gunzipSync(got ?? '').toString()).toContain('probability')
    expect(s3.text('in/may 2026+x/customers.scored.errors.csv')).toBe(errors)
    expect(s3.openUploads()).toBe(0)
  })

  it('names its model in its metadata', async () => {
    s3.put('a.csv', telco, { model: 'churn', version: '1' })
    s3.put('b.csv', telco, { model: 'chrun' })
    await whole.invoke(toS3Event(BUCKET, 'a.csv'))
    await whole.invoke(toS3Event(BUCKET, 'b.csv'))
    expect(s3.text('a.scored.csv')).toBeDefined()
    expect(JSON.parse(s3.text('b.refused.json') ?? '')).toMatchObject({
      code: 'unknown_model',
      message: expect.stringContaining('churn'),
    })
  })

  it.each([
    'customers.scored.csv',
    'customers.errors.csv',
    'customers.refused.json',
    '.scaling-mlops/a/00001.csv',
    'notes.pdf',
  ])('is left alone as %s, or the function would call itself for ever', async key => {
    s3.put(key, telco)
    expect(await whole.invoke(toS3Event(BUCKET, key))).toBeNull()
    expect(s3.keys()).toEqual([key])
  })

  it.each([
    ['an empty file', '', 'empty'],
    ['a header of another table', 'a,b\n1,2\n', 'column'],
    [
      'too many rows that cannot be scored',
      `${header}\n${`${rows[0]?.replace('Month-to-month', 'weekly')}\n`.repeat(200)}`,
      'rows cannot be scored',
    ],
    ['a quote that is never closed', `${header}\n"${rows[0]}\n`, 'quote'],
  ])('with %s has the reason beside it, until it is put there again', async (_, bytes, reason) => {
    s3.put('a.csv', bytes)
    expect(await whole.invoke(toS3Event(BUCKET, 'a.csv'))).toBeNull()
    expect(s3.keys()).toEqual(['a.csv', 'a.refused.json'])
    expect(JSON.parse(s3.text('a.refused.json') ?? '')).toMatchObject({
      code: 'invalid_data',
      file: 's3://files/a.csv',
      message: expect.stringContaining(reason),
    })

    s3.put('a.csv', telco)
    await whole.invoke(toS3Event(BUCKET, 'a.csv'))
    expect(s3.keys()).toEqual(['a.csv', 'a.scored.csv'])
  })

  it('that is gone, or removed, is nothing to do', async () => {
    expect(await whole.invoke(toS3Event(BUCKET, 'gone.csv'))).toBeNull()
    s3.put('a.csv', telco)
    expect(await whole.invoke(toS3Event(BUCKET, 'a.csv', 'ObjectRemoved:Delete'))).toBeNull()
    expect(s3.keys()).toEqual(['a.csv'])
  })

  it('and replaced while it is read is left to the event of its successor', async () => {
    s3.put('a.csv', telco)
    s3.before = ({ method, key }) => {
      if (method === 'GET' && key === 'a.csv') s3.put('a.csv', `${telco}${rows[0]}\n`)
      return undefined
    }
    expect(await whole.invoke(toS3Event(BUCKET, 'a.csv'))).toBeNull()
    expect(s3.keys()).toEqual(['a.csv'])
  })

  it.each([
    ['reading', 'GET'],
    ['writing', 'PUT'],
  ])('rejects where %s is refused, so that Lambda tries again, and says where', async (_, method) => {
    s3.put('in/a.csv', telco)
    s3.before = request => (request.method === method ? 'AccessDenied' : undefined)
    await expect(whole.invoke(toS3Event(BUCKET, 'in/a.csv'))).rejects.toMatchObject({
      name: 'try_again',
      message: expect.stringContaining('s3://files/in/a.csv: AccessDenied'),
    })
    expect(s3.keys()).toEqual(['in/a.csv'])
  })

  it('for which the time does not suffice rejects in time, leaves nothing behind and says what to do', async () => {
    s3.put('a.csv', `${header}\n${`${rows.join('\n')}\n`.repeat(60)}`)
    const begun = performance.now()
    await expect(whole.invoke(toS3Event(BUCKET, 'a.csv'), 400)).rejects.toMatchObject({ name: 'deadline_exceeded' })
    expect(performance.now() - begun).toBeLessThan(2_000)
    await expect.poll(() => s3.openUploads()).toBe(0)
    expect(s3.keys()).toEqual(['a.csv'])
  })
})

describe('a file too large for one invocation', () => {
  const quoted = rows.map((row, index) => `${index % 7 === 0 ? `"line one\nand ""two"", ${index}"` : ''},${row}`)

  it.each([
    ['a CSV with line breaks in quotes', 'a.csv', `note,${header}\n${quoted.join('\n')}`],
    [
      'a CSV with errors in several ranges',
      'a.csv',
      `${header}\n${rows.map((row, index) => (index % 3_000 === 2_990 ? row.replace(/Month-to-month|One year|Two year/, 'weekly') : row)).join('\n')}\n`,
    ],
    [
      'NDJSON',
      'a.ndjson',
      `${Array.from({ length: 2_000 }, (_, tenure) => JSON.stringify(aRow({ tenure: tenure % 73 }))).join('\n')}\n`,
    ],
  ])('(%s) is scored in ranges, byte by byte as in one', async (_, name, bytes) => {
    s3.put(name, bytes)

    expect(await split.invoke(toS3Event(BUCKET, name))).toBeNull()
    expect(await drain(split)).toBeGreaterThan(4)

    const { scored, errors } = await scoredByCli(name, bytes)
    expect(s3.bytes(name.replace('.', '.scored.'))?.toString()).toBe(scored.toString())
    expect(s3.text('a.scored.errors.csv')).toBe(errors)
    // nothing is left of its ranges
    expect(s3.keys().filter(key => key.startsWith('.scaling-mlops/'))).toEqual([])
  })

  it('is put together by copies within S3, where its ranges are large enough', async () => {
    const large = await openLambdaFunction({ FILE_QUEUE_URL: queueUrl, FILE_RANGE_BYTES: '6000000' })
    try {
      const bytes = `${header}\n${`${rows.join('\n')}\n`.repeat(16)}`
      s3.put('a.csv', bytes)
      const uploaded: string[] = []
      s3.before = ({ method, key }) => {
        if (method === 'PUT') uploaded.push(key)
        return undefined
      }
      await large.invoke(toS3Event(BUCKET, 'a.csv'))
      expect(await drain(large)).toBeGreaterThan(2)

      expect(s3.bytes('a.scored.csv')?.equals((await scoredByCli('a.csv', bytes)).scored)).toBe(true)
      // one part a range, and nothing else was written there
      expect(uploaded.filter(key => key === 'a.scored.csv').length).toBeLessThan(6)
      expect(s3.openUploads()).toBe(0)
    } finally {
      await large.close()
    }
  })

  it('is scored once, though every message comes twice', async () => {
    s3.put('a.csv', telco)
    await split.invoke(toS3Event(BUCKET, 'a.csv'))
    await drain(split, { twice: true })
    expect(s3.bytes('a.scored.csv')?.equals((await scoredByCli('a.csv', telco)).scored)).toBe(true)
  })

  it('is cut on in a later invocation, where the time of one does not suffice', async () => {
    s3.put('a.csv', telco)
    const beginnings: number[] = []
    s3.before = ({ method, key, range }) => {
      if (method === 'GET' && key === 'a.csv') beginnings.push(Number(range?.match(/\d+/)?.[0]))
      return undefined
    }
    let asked = 0
    // of ten seconds two are left when the first range is found
    await split.invoke(toS3Event(BUCKET, 'a.csv'), () => (asked++ < 3 ? 10_000 : 2_000))
    expect(beginnings).toEqual([0])
    expect(s3.keys()).toEqual(['a.csv'])

    await drain(split)
    expect(s3.bytes('a.scored.csv')?.equals((await scoredByCli('a.csv', telco)).scored)).toBe(true)
  })

  it('with too many bad rows in all is refused, and no other range is scored', async () => {
    const bad = rows.map((row, index) =>
      index % 20 === 0 ? row.replace(/Month-to-month|One year|Two year/, 'weekly') : row,
    )
    s3.put('a.csv', `${header}\n${bad.join('\n')}\n`)
    await split.invoke(toS3Event(BUCKET, 'a.csv'))
    await drain(split)
    expect(JSON.parse(s3.text('a.refused.json') ?? '')).toMatchObject({ message: expect.stringContaining('too many') })
    expect(s3.text('a.scored.csv')).toBeUndefined()

    // put there again when it is mended, all is well
    s3.put('a.csv', telco)
    await split.invoke(toS3Event(BUCKET, 'a.csv'))
    await drain(split)
    expect(s3.text('a.scored.csv')).toBeDefined()
    expect(s3.text('a.refused.json')).toBeUndefined()
  })

  it('begins anew where an earlier attempt was given up', async () => {
    s3.put('a.csv', telco)
    await split.invoke(toS3Event(BUCKET, 'a.csv'))
    const [prefix] = s3.keys().flatMap(key => /^(.*)plan\.json$/.exec(key)?.[1] ?? [])
    s3.put(`${prefix}stopped`, '')
    await drain(split)
    expect(s3.text('a.scored.csv')).toBeUndefined()

    await split.invoke(toS3Event(BUCKET, 'a.csv'))
    await drain(split)
    expect(s3.text('a.scored.csv')).toBeDefined()
  })

  it('has messages that are no tasks come again until they are dead letters, and takes notifications of S3', async () => {
    s3.put('a.ndjson', `${JSON.stringify(aRow())}\n`)
    const eventSourceARN = `arn:aws:sqs:us-east-1:123456789012:${queueUrl.split('/').at(-1)}`
    const bodies = [
      'no JSON',
      '{"task":"format"}',
      '{"Event":"s3:TestEvent"}',
      JSON.stringify(toS3Event(BUCKET, 'a.ndjson')),
    ]
    const event = toSqsEvent(bodies.map(body => ({ body, eventSourceARN })))
    expect(await split.invoke(event)).toEqual({
      batchItemFailures: [{ itemIdentifier: 'message-0' }, { itemIdentifier: 'message-1' }],
    })
    expect(s3.text('a.scored.ndjson')).toContain('0.6812940239906311')
  })
})
