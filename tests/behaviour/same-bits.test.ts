import { readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aRow } from '../support/churn.ts'
import { type Host, openServerHost, repository } from '../support/host.ts'
import { toHttpEvent, toKinesisEvent, toResponse, toSqsEvent } from '../support/lambda-events.ts'
import { type LambdaHost, openLambdaFunction } from '../support/lambda-host.ts'
import { runCli } from '../support/run-cli.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { documentOf, readBinaryAnswer } from '../support/v2.ts'

const contracts = ['month-to-month', 'one_year', 'two_year']

/** A thousand rows that differ, as each door gets them. */
const rows = Array.from({ length: 1_000 }, (_, index) =>
  aRow({
    tenure: index % 73,
    monthlycharges: 18.25 + index / 10,
    totalcharges: (index * 8_684.8) / 1_000,
    contract: contracts[index % 3] ?? '',
    seniorcitizen: index % 2,
  }),
)
const ids = rows.map((_, index) => `record-${String(index).padStart(3, '0')}`)
const records = rows.map((row, index) => JSON.stringify({ id: ids[index], row }))

describe('1,000 rows', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let server: Host
  let lambda: LambdaHost
  let expected: readonly string[]

  beforeAll(async () => {
    folder = await temporaryFolder()
    server = await openServerHost({ DATA_DIR: `${folder.path}/worker`, WORKER_TIER: 'true', MAX_LOOP_MS: '10000' })
    lambda = await openLambdaFunction({ DATA_DIR: `${folder.path}/lambda` })
    const response = await server.fetch('/predict', post(JSON.stringify(rows)))
    expected = toAnswers(await response.text())
    expect(new Set(expected).size).toBeGreaterThan(900)
  })
  afterAll(async () => {
    await server.close()
    await lambda.close()
    await folder[Symbol.asyncDispose]()
  })

  const post = (body: string): RequestInit => ({
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  /** The answers of a list, each as it is written. */
  const toAnswers = (list: string): string[] => list.slice(1, -1).split(/(?<=\}),/)
  /** What was published under the ids, each result as it is written. */
  const resultsOf = async (lines: string): Promise<(string | undefined)[]> => {
    const byId = new Map(
      lines
        .trimEnd()
        .split('\n')
        .map(line => [/"id":"([^"]+)"/.exec(line)?.[1], /"result":(\{.*?\})/.exec(line)?.[1]] as const),
    )
    return ids.map(id => byId.get(id))
  }
  const fetchFromLambda = async (path: string, init?: RequestInit): Promise<Response> =>
    toResponse(
      (await lambda.invoke(await toHttpEvent('API Gateway 2.0', path, init))) as Parameters<typeof toResponse>[0],
    )

  it('have the same answers to the last bit over HTTP and in an event of API Gateway', async () => {
    const list = await (await fetchFromLambda('/predict', post(JSON.stringify(rows)))).text()
    expect(toAnswers(list)).toEqual(expected)
  })

  it('have the same answers to the last bit one by one', async () => {
    const single = await Promise.all(
      rows.slice(0, 100).map(async row => (await server.fetch('/predict', post(JSON.stringify(row)))).text()),
    )
    expect(single).toEqual(expected.slice(0, 100))
  })

  it('have the same probabilities to the last bit over the Open Inference Protocol, in JSON and in binary', async () => {
    const wanted = expected.map(answer => JSON.parse(answer).churn_probability)
    const columns = Object.keys(aRow()).map(name => {
      const data = rows.map(row => row[name])
      return { name, shape: [rows.length, 1], datatype: typeof data[0] === 'string' ? 'BYTES' : 'FP64', data }
    })
    const infer = (body: string) => server.fetch('/v2/models/churn/infer', post(body))

    const values = await infer(JSON.stringify({ inputs: columns }))
    const bytes = await infer(JSON.stringify({ inputs: columns, parameters: { binary_data_output: true } }))

    expect((await documentOf(values)).outputs[0]?.data).toEqual(wanted)
    const { tail } = await readBinaryAnswer(bytes)
    expect(wanted.map((_, index) => tail.readFloatLE(4 * index))).toEqual(wanted)
  })

  it.each(['text/csv', 'application/json', 'application/jsonlines'])(
    'have the same probabilities to the last bit at /invocations as %s',
    async type => {
      const fields = Object.keys(aRow())
      const bodies: Readonly<Record<string, string>> = {
        'text/csv': [fields, ...rows.map(row => fields.map(field => row[field]))]
          .map(cells => cells.join(','))
          .join('\n'),
        'application/json': JSON.stringify({
          dataframe_split: { columns: fields, data: rows.map(row => fields.map(field => row[field])) },
        }),
        'application/jsonlines': rows.map(row => JSON.stringify(row)).join('\n'),
      }
      const response = await server.fetch('/invocations', {
        method: 'POST',
        headers: { 'content-type': type },
        body: bodies[type] ?? '',
      })
      const { predictions } = (await response.json()) as { predictions: number[] }
      expect(predictions).toEqual(expected.map(answer => JSON.parse(answer).churn_probability))
    },
  )

  it('have the same answers to the last bit in a body of CSV', async () => {
    const fields = Object.keys(aRow()).toReversed()
    const lines = [fields, ...rows.map(row => fields.map(field => row[field]))].map(cells => cells.join(','))
    const headers = { 'content-type': 'text/csv' }
    const response = await server.fetch('/predict', { method: 'POST', headers, body: lines.join('\n') })
    const scored = (await response.text()).trim().split('\n').slice(1)

    expect(
      scored.map(line => {
        const [probability, prediction] = line.split(',').slice(-4)
        return `{"churn_probability":${probability},"churn":${prediction}}`
      }),
    ).toEqual(expected)
  })

  it('have the same answers to the last bit in a direct invocation', async () => {
    expect(JSON.stringify(await lambda.invoke(rows))).toBe(`[${expected.join(',')}]`)
  })

  it('have the same answers to the last bit in an event of SQS', async () => {
    expect(await lambda.invoke(toSqsEvent(records))).toEqual({ batchItemFailures: [] })
    const results = await fetchFromLambda('/streams/churn/results?follow=false')
    expect(await resultsOf(await results.text())).toEqual(expected)
  })

  it('have the same answers to the last bit in an event of Kinesis', async () => {
    const bare = await openLambdaFunction({ DATA_DIR: `${folder.path}/kinesis` })
    try {
      expect(await bare.invoke(toKinesisEvent(records))).toEqual({ batchItemFailures: [] })
      const event = await toHttpEvent('API Gateway 2.0', '/streams/churn/results?follow=false')
      const { body } = (await bare.invoke(event)) as { body: string }
      expect(await resultsOf(body)).toEqual(expected)
    } finally {
      await bare.close()
    }
  })

  it('have the same answers to the last bit from the worker daemon', async () => {
    for (let start = 0; start < records.length; start += 10)
      await Promise.all(
        records.slice(start, start + 10).map(async (body, index) => {
          const headers = { 'content-type': 'application/json', 'x-aws-sqsd-msgid': `message-${start + index}` }
          const { status } = await server.fetch('/worker', { method: 'POST', headers, body })
          expect(status).toBe(200)
        }),
      )
    const results = await server.fetch('/streams/churn/results?follow=false')
    expect(await resultsOf(await results.text())).toEqual(expected)
  })

  it.each(['ndjson', 'csv'] as const)('have the same answers to the last bit in a file of %s', async format => {
    const path = (name: string): string => `${folder.path}/${name}.${format}`
    const fields = Object.keys(rows[0] ?? {}) as (keyof (typeof rows)[number])[]
    const lines = {
      ndjson: rows.map(row => JSON.stringify(row)),
      csv: [fields.join(','), ...rows.map(row => fields.map(field => row[field]).join(','))],
    }
    await writeFile(path('rows'), `${lines[format].join('\n')}\n`)
    const { code } = await runCli('score', `${repository}/churn`, path('rows'), '-o', path('scored'), '--workers', '2')
    const scored = (await readFile(path('scored'), 'utf8')).trim().split('\n').slice(-rows.length)
    const values = { ndjson: /"probability":([^,]+),"prediction":(true|false),/, csv: /,([^,]+),(true|false),1,$/ }
    const answers = scored.map(line => {
      const [, probability, prediction] = values[format].exec(line) ?? []
      return `{"churn_probability":${probability},"churn":${prediction}}`
    })

    expect(code).toBe(0)
    expect(answers).toEqual(expected)
  })
})
