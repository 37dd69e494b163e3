import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { aRow, json } from '../../support/churn.ts'
import { type Environment, type Host, openMemoryHost, openServerHost, repository } from '../../support/host.ts'
import { openOtlpReceiver } from '../../support/otlp-receiver.ts'
import { openRaw, post } from '../../support/raw-connection.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { until } from '../../support/until.ts'
import { binaryRequest } from '../../support/v2.ts'

type Server = Awaited<ReturnType<typeof openServerHost>> & AsyncDisposable

/** A real server that has answered a row before. */
async function openKnowingServer(environment: Environment = {}, headers: Record<string, string> = {}): Promise<Server> {
  const host = await openServerHost(environment)
  const first = await host.fetch('/predict', json(aRow(), headers))
  expect(first.status).toBe(200)
  await first.text()
  return { ...host, [Symbol.asyncDispose]: host.close }
}

/** What the connection adds, and not the app. */
const CONNECTION = ['connection', 'content-length', 'date', 'keep-alive']

async function told(response: Response): Promise<object> {
  const headers = [...response.headers].filter(([name]) => !CONNECTION.includes(name))
  return { status: response.status, headers, bytes: Buffer.from(await response.arrayBuffer()).toString('latin1') }
}

let app: Host
let server: Host
beforeAll(async () => {
  app = await openMemoryHost()
  server = await openServerHost()
})
afterAll(() => Promise.all([app.close(), server.close()]))

const columns = Array.from({ length: 45 }, (_, index) => index % 2)
const tensor = { name: 'X', datatype: 'FP32', shape: [1, columns.length] }
const sameId = { 'x-request-id': 'same' }

it.each<[string, string, RequestInit]>([
  ...['/predict', '/models/churn/predict', '/models/churn/versions/1/predict', '/predict/'].flatMap(
    (path): [string, string, RequestInit][] => [
      ['a row', path, json(aRow(), sameId)],
      ['a list', path, json([aRow(), { tenure: 1 }, aRow({ tenure: 3 })], sameId)],
      ['an invalid row', path, json({ tenure: 1 }, sameId)],
      ['no JSON', path, json('{"tenure":', sameId)],
      ['no deadline', path, json(aRow(), { ...sameId, 'x-request-timeout-ms': 'soon' })],
      ['a mark before its text', path, json(`\uFEFF${JSON.stringify(aRow())}`, sameId)],
    ],
  ),
  ['tensors', '/v2/models/churn/infer', json({ inputs: [{ ...tensor, data: columns }] }, sameId)],
  [
    'binary tensors',
    '/v2/models/churn/infer',
    binaryRequest(
      {
        inputs: [{ ...tensor, parameters: { binary_data_size: 4 * columns.length } }],
        parameters: { binary_data_output: true },
      },
      [new Uint8Array(Float32Array.from(columns).buffer)],
      sameId,
    ),
  ],
  ['a wrong tensor', '/v2/models/churn/infer', json({ inputs: [{ ...tensor, data: [1] }] }, sameId)],
  ['records', '/invocations', json({ dataframe_records: [aRow()] }, sameId)],
  ['wrong records', '/invocations', json({ dataframe_records: [{ tenure: 1 }] }, sameId)],
  [
    'CSV',
    '/invocations',
    {
      method: 'POST',
      headers: { 'content-type': 'text/csv', accept: 'text/csv', ...sameId },
      body: `${Object.keys(aRow()).join(',')}\n${Object.values(aRow()).join(',')}\n`,
    },
  ],
])('%s to %s is answered as by the app itself, to the byte', async (_, path, init) => {
  await (await server.fetch(path, init)).arrayBuffer()

  expect(await told(await server.fetch(path, init))).toEqual(await told(await app.fetch(path, init)))
})

it('a key is asked for every time', async () => {
  const headers = { authorization: 'Bearer a-key-of-an-operator' }
  await using server = await openKnowingServer({ KEYED_PATHS: '/predict', API_KEYS: 'a-key-of-an-operator' }, headers)

  expect((await server.fetch('/predict', json(aRow(), headers))).status).toBe(200)
  expect((await server.fetch('/predict', json(aRow()))).status).toBe(401)
})

it('a page of an allowed origin may read every answer', async () => {
  const headers = { origin: 'https://pages.example' }
  await using server = await openKnowingServer({ CORS_ORIGINS: 'https://pages.example' })

  for (const time of [1, 2, 3]) {
    const response = await server.fetch('/predict', json(aRow(), headers))
    expect(response.headers.get('access-control-allow-origin'), `time ${time}`).toBe('https://pages.example')
  }
})

it('a body may come compressed, or in pieces whose number nobody knows', async () => {
  await using server = await openKnowingServer()
  const body = JSON.stringify(aRow())
  const plain = await (await server.fetch('/predict', json(body))).text()

  const compressed = await server.fetch('/predict', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    body: gzipSync(body),
  })
  expect(await compressed.text()).toBe(plain)

  const inPieces = await server.fetch('/predict', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: new Blob([body]).stream(),
    duplex: 'half',
  } as RequestInit)
  expect(await inPieces.text()).toBe(plain)
})

it('characters of several bytes are read whole wherever the body is cut', async () => {
  await using server = await openKnowingServer()
  const body = Buffer.from(JSON.stringify(aRow({ gender: 'Größe 𝒙' })))
  const connection = await openRaw(server.url, post('', { length: body.length, headers: 'connection: close\r\n' }))
  for (let start = 0; start < body.length; start += 7) {
    connection.socket.write(body.subarray(start, start + 7))
    await new Promise(resolve => setTimeout(resolve, 1))
  }
  await connection.ended

  expect(connection.received).toContain('Größe 𝒙')
})

it('a path that is too long for the log is taken for no other', async () => {
  await using folder = await temporaryFolder()
  const name = 'm'.repeat(200)
  await cp(join(repository, 'churn/1'), join(folder.path, name, '1'), { recursive: true })
  const server = await openServerHost({ MODEL_REPOSITORY: folder.path })
  const statuses: number[] = []
  for (const version of [1, 1, 2]) {
    const response = await server.fetch(`/models/${name}/versions/${version}/predict`, json(aRow()))
    await response.text()
    statuses.push(response.status)
  }
  await server.close()

  expect(statuses).toEqual([200, 200, 404])
})

it('a model that was unloaded meanwhile answers nobody', async () => {
  await using server = await openKnowingServer()
  await server.fetch('/v2/repository/models/churn/unload', { method: 'POST' })

  const response = await server.fetch('/predict', json(aRow()))

  expect(response.status).toBe(503)
  expect(await response.json()).toMatchObject({ code: 'model_unavailable' })
})

it('a caller that goes in the middle of its body is in flight no more', async () => {
  await using server = await openKnowingServer()
  const connections = await Promise.all(
    Array.from({ length: 20 }, () => openRaw(server.url, post('{"tenure":', { length: 1000 }))),
  )
  const inFlight = async (): Promise<number> => {
    const [, value] = /^model_serving_in_flight (\d+)$/m.exec(await (await server.fetch('/metrics')).text()) ?? []
    return Number(value)
  }
  // the question itself is one
  await until(async () => (await inFlight()) === 21)
  for (const { socket } of connections) socket.destroy()

  await until(async () => (await inFlight()) === 1)
})

it('a trace names the route every time', async () => {
  await using receiver = await openOtlpReceiver()
  {
    await using server = await openKnowingServer({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url })
    await (await server.fetch('/predict', json(aRow()))).text()
  }

  const names = receiver.spans().flatMap(({ name }) => (name.startsWith('POST') ? [name] : []))
  expect(names).toEqual(['POST /predict', 'POST /predict'])
})
