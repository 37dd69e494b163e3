import { existsSync } from 'node:fs'
import { readFile, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { aRow, golden, json } from '../../support/churn.ts'
import { configurationOf, openMemoryHost, openProcessHost, openServerHost } from '../../support/host.ts'
import { openLambdaHost } from '../../support/lambda-host.ts'
import { BUCKET, startS3 } from '../../support/s3-stand-in.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { until } from '../../support/until.ts'

const ALL = { PAYLOAD_SAMPLE: '1' }

type Payload = {
  readonly captureData: Readonly<Record<'endpointInput' | 'endpointOutput', { readonly data: string }>>
  readonly eventMetadata: { readonly eventId: string }
}

const parse = (text = ''): Payload[] =>
  text
    .split('\n')
    .slice(0, -1)
    .map(line => JSON.parse(line))
const dataOf = ({ captureData: { endpointInput, endpointOutput } }: Payload) => [
  JSON.parse(endpointInput.data),
  JSON.parse(endpointOutput.data),
]
const idsOf = (payloads: readonly Payload[]) => payloads.map(({ eventMetadata: { eventId } }) => eventId)

async function withFile() {
  const folder = await temporaryFolder()
  const path = join(folder.path, 'payloads.jsonl')
  return { ...folder, path, read: async () => parse(await readFile(path, 'utf8')) }
}

it("writes a row and its answer in the form of SageMaker's data capture, into a file of its owner alone", async () => {
  await using file = await withFile()
  const host = await openMemoryHost({ ...ALL, PAYLOAD_LOG: file.path })

  await host.fetch('/predict', json(aRow(), { 'x-request-id': 'first' }))
  await host.close()

  const lines = await file.read()
  expect(lines).toEqual([
    {
      captureData: {
        endpointInput: {
          observedContentType: 'application/json',
          mode: 'INPUT',
          data: JSON.stringify(aRow()),
          encoding: 'JSON',
        },
        endpointOutput: {
          observedContentType: 'application/json',
          mode: 'OUTPUT',
          data: '{"churn_probability":0.6812940239906311,"churn":true}',
          encoding: 'JSON',
        },
      },
      eventMetadata: {
        eventId: 'first',
        inferenceTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        customAttributes: ['model=churn', 'version=1'],
      },
      eventVersion: '0',
    },
  ])
  expect((await stat(file.path)).mode & 0o777).toBe(0o600)
})

it('numbers rows of lists and lines by their place, whatever stands between them', async () => {
  await using file = await withFile()
  const host = await openMemoryHost({ ...ALL, PAYLOAD_LOG: file.path })
  const lines = [JSON.stringify(aRow()), '{', JSON.stringify(aRow({ tenure: 2 }))].join('\n')

  await host.fetch('/predict', json([aRow(), aRow()], { 'x-request-id': 'list' }))
  const answer = await host.fetch('/predict', {
    ...json(lines),
    headers: { 'content-type': 'application/x-ndjson', 'x-request-id': 'lines' },
  })
  await answer.text()
  await host.close()

  const written = await file.read()
  expect(idsOf(written)).toEqual(['list/1', 'list/2', 'lines/1', 'lines/3'])
  expect(dataOf(written[3] as Payload)[0].tenure).toBe(2)
})

it('leaves redacted fields out, however the caller spells them', async () => {
  await using file = await withFile()
  const { gender, contract, ...rest } = aRow()
  const host = await openMemoryHost({ ...ALL, PAYLOAD_LOG: file.path, PAYLOAD_REDACT: 'Gender, tenure' })

  const response = await host.fetch('/predict', json({ ...rest, GENDER: gender, Contract: contract }))
  await host.close()

  expect(response.status).toBe(200)
  const { tenure: _, ...kept } = rest
  expect(dataOf((await file.read())[0] as Payload)[0]).toEqual({ ...kept, contract })
})

it('redacts columns of the packed input by the field they were made of', async () => {
  await using file = await withFile()
  const host = await openMemoryHost({ ...ALL, PAYLOAD_LOG: file.path, PAYLOAD_REDACT: 'gender' })
  const tensor = { name: 'X', datatype: 'FP32', shape: [1, 45], data: new Array(45).fill(0.5) }

  const response = await host.fetch('/v2/models/churn/infer', json({ inputs: [tensor] }))
  await host.close()

  expect(response.status).toBe(200)
  const [input] = dataOf((await file.read())[0] as Payload)
  expect(input['contract=two_year']).toBe(0.5)
  expect(Object.keys(input).filter(name => name.startsWith('gender'))).toEqual([])
})

it('tells of an invalid row its fields and codes, and nothing that the caller wrote', async () => {
  await using file = await withFile()
  const host = await openMemoryHost({ ...ALL, PAYLOAD_LOG: file.path })

  await host.fetch('/predict', json(aRow({ contract: 'secret-value', 'secret-name': 1 })))
  await host.close()

  const text = await readFile(file.path, 'utf8')
  expect(dataOf(parse(text)[0] as Payload)).toEqual([
    {},
    { errors: expect.arrayContaining([{ field: 'contract', code: 'not_allowed' }, { code: 'unknown_field' }]) },
  ])
  expect(text).not.toContain('secret')
})

const asCsv = (rows: readonly (readonly unknown[])[], id: string) => ({
  method: 'POST',
  headers: { 'content-type': 'text/csv', 'x-request-id': id },
  body: rows.map(row => `${row.join(',')}\n`).join(''),
})

it('records rows of a CSV as they were written, by their place, and of invalid ones fields and codes', async () => {
  await using file = await withFile()
  const host = await openMemoryHost({ ...ALL, PAYLOAD_LOG: file.path, PAYLOAD_REDACT: 'gender' })
  const { contract, ...rest } = aRow()
  const body = [
    ['Contract', 'note', ...Object.keys(rest)],
    ['"Month-to-Month"', 'x', ...Object.values(rest)],
    [],
    ['secret-value', 'x', ...Object.values(rest)],
    ['two_year'],
    [contract, 'secret', ...Object.values({ ...rest, tenure: 7 })],
  ]

  const answer = await host.fetch('/predict', asCsv(body, 'csv'))
  await answer.text()
  await host.close()

  const written = await file.read()
  expect(idsOf(written)).toEqual(['csv/1', 'csv/2', 'csv/3', 'csv/4'])
  const { gender: _, ...kept } = rest
  const asText = Object.fromEntries(Object.entries(kept).map(([name, value]) => [name, String(value)]))
  expect(written.map(dataOf)).toEqual([
    [
      { ...asText, contract: 'Month-to-Month' },
      { churn_probability: 0.6812940239906311, churn: true },
    ],
    [{}, { errors: [{ field: 'contract', code: 'not_allowed' }] }],
    [{}, { errors: [{ code: 'wrong_cell_count' }] }],
    [{ ...asText, contract, tenure: '7' }, expect.objectContaining({ churn_probability: expect.any(Number) })],
  ])
  expect(await readFile(file.path, 'utf8')).not.toContain('secret')
})

it('numbers the rows of a long CSV through all its blocks, each with its own answer', async () => {
  await using file = await withFile()
  const host = await openMemoryHost({ ...ALL, PAYLOAD_LOG: file.path })
  const tenures = Array.from({ length: 3000 }, (_, index) => 1 + (index % 70))
  const body = [Object.keys(aRow()), ...tenures.map(tenure => Object.values(aRow({ tenure })))]

  const answer = await (await host.fetch('/predict', asCsv(body, 'long'))).text()
  await host.close()

  const written = await file.read()
  expect(idsOf(written)).toEqual(tenures.map((_, index) => `long/${index + 1}`))
  const probability = Object.keys(aRow()).length
  const answered = answer.split('\n').slice(1, -1)
  expect(written.map(payload => dataOf(payload)[1].churn_probability)).toEqual(
    answered.map(line => Number(line.split(',')[probability])),
  )
  expect(written.map(payload => dataOf(payload)[0].tenure)).toEqual(tenures.map(String))
})

it("records rows of a CSV that SageMaker's and MLflow's clients send", async () => {
  await using file = await withFile()
  const host = await openMemoryHost({ ...ALL, PAYLOAD_LOG: file.path })
  const rows = [1, 2].map(tenure => Object.values(aRow({ tenure })))

  await host.fetch('/invocations', asCsv([Object.keys(aRow()), ...rows], 'good'))
  await host.fetch('/invocations', asCsv([Object.keys(aRow()), Object.values(aRow({ tenure: 'secret' }))], 'bad'))
  await host.close()

  const written = await file.read()
  expect(idsOf(written)).toEqual(['good/1', 'good/2', 'bad/1'])
  expect(written.map(payload => dataOf(payload)[0].tenure)).toEqual(['1', '2', undefined])
  expect(dataOf(written[2] as Payload)).toEqual([{}, { errors: [{ field: 'tenure', code: 'wrong_type' }] }])
})

it('records the messages of a stream under their own ids', async () => {
  await using file = await withFile()
  await using data = await temporaryFolder()
  const host = await openMemoryHost({ ...ALL, PAYLOAD_LOG: file.path, DATA_DIR: data.path, WORKER_TIER: 'true' })

  const response = await host.fetch('/worker', json(aRow(), { 'x-aws-sqsd-msgid': 'message-7' }))
  await host.close()

  expect(response.status).toBe(200)
  expect(idsOf(await file.read())).toEqual(['message-7'])
})

it('records about the share of rows that was asked for, and none of the self-check', async () => {
  await using file = await withFile()
  const host = await openMemoryHost({ PAYLOAD_LOG: file.path, PAYLOAD_SAMPLE: '0.5' })

  await host.fetch('/predict', json(new Array(1000).fill(aRow()), { 'x-request-id': 'many' }))
  await host.close()

  const ids = idsOf(await file.read())
  // seven standard deviations on each side
  expect(ids.length).toBeGreaterThan(389)
  expect(ids.length).toBeLessThan(611)
  expect(ids.every(id => id.startsWith('many/'))).toBe(true)
})

it('opens a model and scores nothing of its own into the log', async () => {
  await using file = await withFile()

  await (await openMemoryHost({ ...ALL, PAYLOAD_LOG: file.path })).close()

  expect(golden.rows.length).toBeGreaterThan(0)
  expect(existsSync(file.path)).toBe(false)
})

it('goes on in a new file when the old one is moved away', async () => {
  await using file = await withFile()
  const host = await openMemoryHost({ ...ALL, PAYLOAD_LOG: file.path })
  await host.fetch('/predict', json(aRow(), { 'x-request-id': 'before' }))
  await until(() => existsSync(file.path))
  await rename(file.path, `${file.path}.1`)

  await host.fetch('/predict', json(aRow(), { 'x-request-id': 'after' }))
  await host.close()

  expect(idsOf(await file.read())).toEqual(['after'])
})

it('two workers write whole lines into one file, all of them when they end', async () => {
  await using file = await withFile()
  const host = await openProcessHost({ ...ALL, PAYLOAD_LOG: file.path, WORKERS: '2' })
  const ids = Array.from({ length: 40 }, (_, index) => `request-${index}`)

  await Promise.all(
    ids.map(async id =>
      (await host.fetch('/predict', json(aRow(), { 'x-request-id': id, connection: 'close' }))).text(),
    ),
  )
  await host.stop()

  expect(idsOf(await file.read()).sort()).toEqual(ids.sort())
})

it('writes objects by the hour to S3', async () => {
  const s3 = await startS3()
  try {
    const host = await openServerHost({ ...ALL, PAYLOAD_LOG: `s3://${BUCKET}/payloads` })
    await (await host.fetch('/predict', json(aRow(), { 'x-request-id': 'in-s3' }))).text()
    await host.close()

    expect(s3.keys()).toEqual([
      expect.stringMatching(/^payloads\/\d{4}\/\d\d\/\d\d\/\d\d\/\d\d-\d\d-[\w-]{36}\.jsonl$/),
    ])
    expect(idsOf(parse(s3.text(s3.keys()[0] ?? '')))).toEqual(['in-s3'])
  } finally {
    await s3.close()
  }
})

it('an invocation of Lambda ends when what it sampled is written', async () => {
  await using file = await withFile()
  const host = await openLambdaHost('API Gateway 2.0', { ...ALL, PAYLOAD_LOG: file.path })

  await host.fetch('/predict', json(aRow(), { 'x-request-id': 'on-lambda' }))
  const written = await file.read()
  await host.close()

  expect(idsOf(written)).toEqual(['on-lambda'])
})

it('answers and says once what is wrong where the target cannot be written', async () => {
  const host = await openProcessHost({ ...ALL, PAYLOAD_LOG: '/nowhere/payloads.jsonl' })

  const answer = await host.fetch('/predict', json(aRow()))
  const code = await host.stop()

  expect(await answer.json()).toEqual({ churn_probability: 0.6812940239906311, churn: true })
  expect(code).toBe(0)
  const complaints = host.log.filter(({ level }) => level === 'warn' || level === 'error')
  expect(complaints).toEqual([expect.objectContaining({ error: expect.objectContaining({ code: 'ENOENT' }) })])
})

it('warns of a field to redact that no model has', async () => {
  await using file = await withFile()
  const host = await openProcessHost({ PAYLOAD_LOG: file.path, PAYLOAD_REDACT: 'gender,monthlycharge' })
  await host.stop()

  expect(host.log.filter(({ level }) => level === 'warn')).toEqual([
    expect.objectContaining({ fields: ['monthlycharge'] }),
  ])
})

it.each([
  ['PAYLOAD_SAMPLE', '2', 'a number from 0 to 1'],
  ['PAYLOAD_LOG', 'https://example.com', 's3://bucket/prefix'],
])('refuses %s=%s', (name, value, allowed) => {
  expect(() => configurationOf({ [name]: value })).toThrow(allowed)
})
