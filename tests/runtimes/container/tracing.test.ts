import { expect, it } from 'vitest'
import { aRow, json } from '../../support/churn.ts'
import { configurationOf, openMemoryHost, openProcessHost } from '../../support/host.ts'
import { openLambdaHost } from '../../support/lambda-host.ts'
import { type OtlpReceiver, openOtlpReceiver, type ReceivedSpan } from '../../support/otlp-receiver.ts'
import { openV2Host } from '../../support/v2.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const PARENT = '00f067aa0ba902b7'
const SERVER = 2
const INTERNAL = 1
const ERROR = 2

const at = ({ url }: OtlpReceiver) => ({ OTEL_EXPORTER_OTLP_ENDPOINT: url })
const traceparent = (flags: string) => ({ traceparent: `00-${TRACE}-${PARENT}-${flags}` })
const serverSpans = (spans: readonly ReceivedSpan[]) => spans.filter(({ kind }) => kind === SERVER)

it('tells of a request with its wait and its run, as the child of the span that called', async () => {
  await using receiver = await openOtlpReceiver()
  const host = await openMemoryHost(at(receiver))

  const response = await host.fetch(
    '/models/churn/predict?secret=1',
    json([aRow(), aRow(), { tenure: 1 }], {
      ...traceparent('01'),
      tracestate: 'vendor=value',
      'x-request-id': 'request-1',
      'user-agent': 'a "client"',
      host: 'models.example:8080',
    }),
  )
  await host.close()

  expect(response.status).toBe(200)
  const spans = receiver.spans()
  expect(spans).toHaveLength(3)
  expect(spans.every(({ traceId, traceState }) => traceId === TRACE && traceState === 'vendor=value')).toBe(true)
  const [server, wait, run] = spans as [ReceivedSpan, ReceivedSpan, ReceivedSpan]
  expect(server).toMatchObject({
    name: 'POST /models/:name/predict',
    kind: SERVER,
    parentSpanId: PARENT,
    // sampled, and of a parent in another service
    flags: 0x301,
    statusCode: undefined,
    attributes: {
      'http.request.method': 'POST',
      'http.response.status_code': 200,
      'http.response.header.x-request-id': ['request-1'],
      'http.route': '/models/:name/predict',
      'url.path': '/models/churn/predict',
      'url.scheme': 'http',
      'server.address': 'models.example',
      'server.port': 8080,
      'user_agent.original': 'a "client"',
      'model_serving.model': 'churn',
      'model_serving.version': 1,
      'model_serving.rows': 3,
      'model_serving.invalid_rows': 1,
      'model_serving.runs': 1,
    },
  })
  expect(wait).toMatchObject({
    name: 'queue wait',
    kind: INTERNAL,
    parentSpanId: server.spanId,
    flags: 0x101,
    attributes: { 'model_serving.rows': 2 },
  })
  expect(run).toMatchObject({
    name: 'model run',
    kind: INTERNAL,
    parentSpanId: server.spanId,
    attributes: {
      'model_serving.model': 'churn',
      'model_serving.version': 1,
      'model_serving.rows': 2,
      'model_serving.batch_rows': 2,
    },
  })
  const moments = [server.started, wait.started, wait.ended, run.started, run.ended, server.ended]
  expect(moments).toEqual([...moments].sort((one, other) => Number(one - other)))
  expect(wait.ended).toBe(run.started)
  expect(Math.abs(Number(server.ended / 1_000_000n) - Date.now())).toBeLessThan(60_000)
  expect(receiver.requests.map(({ text }) => text).join()).not.toContain('secret')
})

it('tells of rows that ran in company how many ran together', async () => {
  await using receiver = await openOtlpReceiver()
  const host = await openMemoryHost(at(receiver))

  await Promise.all([
    host.fetch('/predict', json([aRow(), aRow()])),
    host.fetch('/predict', json([aRow(), aRow(), aRow()])),
  ])
  await host.close()

  const runs = receiver.spans().filter(({ name }) => name === 'model run')
  const rows = runs.map(({ attributes }) => [attributes['model_serving.rows'], attributes['model_serving.batch_rows']])
  expect(rows.sort()).toEqual([
    [2, 5],
    [3, 5],
  ])
  expect(new Set(runs.map(({ traceId }) => traceId)).size).toBe(2)
})

it('tells of the rows of tensors, of which each request is a run of its own', async () => {
  await using receiver = await openOtlpReceiver()
  const host = await openV2Host(at(receiver))
  const inputs = [
    { name: 'texts', datatype: 'BYTES', shape: [3, 2], data: ['a', 'b', 'c', 'd', 'e', 'f'] },
    { name: 'wholes', datatype: 'INT64', shape: [3, 2], data: [1, 2, 3, 4, 5, 6] },
    { name: 'floats', datatype: 'FP32', shape: [3, 3], data: new Array(9).fill(0.5) },
    { name: 'flags', datatype: 'BOOL', shape: [3, 4], data: new Array(12).fill(true) },
  ]

  const response = await host.fetch('/v2/models/echo/infer', json({ inputs }))
  await host.close()

  expect(response.status).toBe(200)
  expect(receiver.spans().find(({ name }) => name === 'model run')?.attributes).toEqual({
    'model_serving.model': 'echo',
    'model_serving.version': 3,
    'model_serving.rows': 3,
    'model_serving.batch_rows': 3,
  })
})

it('keeps what the caller decided: a trace that is not sampled is told to nobody', async () => {
  await using receiver = await openOtlpReceiver()
  const host = await openMemoryHost(at(receiver))

  await host.fetch('/predict', json(aRow(), traceparent('00')))
  await host.fetch('/ping')
  await host.close()

  expect(receiver.spans().map(({ name }) => name)).toEqual(['GET /ping'])
})

it.each([
  'garbage',
  `00-${TRACE}-${PARENT}-01-more`,
  `ff-${TRACE}-${PARENT}-01`,
  `00-${'0'.repeat(32)}-${PARENT}-01`,
  `00-${TRACE}-${'0'.repeat(16)}-01`,
  `00-${TRACE.toUpperCase()}-${PARENT}-01`,
])('begins a trace of its own where the traceparent is "%s"', async given => {
  await using receiver = await openOtlpReceiver()
  const host = await openMemoryHost(at(receiver))

  await host.fetch('/ping', { headers: { traceparent: given, tracestate: 'vendor=value' } })
  await host.close()

  const [span] = receiver.spans()
  expect(span?.traceId).not.toBe(TRACE)
  expect(span).toMatchObject({ parentSpanId: undefined, traceState: undefined, flags: 0x101 })
})

it('reads a traceparent of a later version by the part that it knows', async () => {
  await using receiver = await openOtlpReceiver()
  const host = await openMemoryHost(at(receiver))

  await host.fetch('/ping', { headers: { traceparent: `01-${TRACE}-${PARENT}-03-more` } })
  await host.close()

  expect(receiver.spans()[0]).toMatchObject({ traceId: TRACE, parentSpanId: PARENT })
})

it('marks faults of the server as errors, and bad requests not', async () => {
  await using receiver = await openOtlpReceiver()
  const host = await openMemoryHost(at(receiver))

  await host.fetch('/predict', json('{'))
  await host.fetch('/nowhere')
  await host.fetch('/jobs', { method: 'POST' })
  await host.close()

  const told = receiver
    .spans()
    .map(({ name, statusCode, attributes }) => [
      name,
      attributes['http.response.status_code'],
      statusCode,
      attributes['error.type'],
    ])
  expect(told).toEqual([
    ['POST /predict', 400, undefined, undefined],
    ['GET', 404, undefined, undefined],
    ['POST /jobs', 501, ERROR, '501'],
  ])
})

it('tells of streamed answers when they end, of their runs the first 64 and the number of all', async () => {
  await using receiver = await openOtlpReceiver()
  const host = await openMemoryHost(at(receiver))
  const lines = `${JSON.stringify(aRow())}\n`.repeat(512 * 70)

  const response = await host.fetch('/predict', {
    ...json(lines),
    headers: { 'content-type': 'application/x-ndjson' },
  })
  await response.text()
  await host.close()

  const [server] = serverSpans(receiver.spans())
  expect(server?.attributes).toMatchObject({ 'model_serving.rows': 512 * 70, 'model_serving.runs': 70 })
  expect(receiver.spans()).toHaveLength(1 + 2 * 64)
})

it.each([
  ['always_off', '1', 0],
  ['traceidratio', '0', 0],
  ['always_on', '0', 40],
  ['parentbased_traceidratio', '1', 40],
])('keeps with the sampler %s and %s as its share %i of 40 requests', async (sampler, share, kept) => {
  await using receiver = await openOtlpReceiver()
  const host = await openMemoryHost({
    ...at(receiver),
    OTEL_TRACES_SAMPLER: sampler,
    OTEL_TRACES_SAMPLER_ARG: share,
  })

  for (let request = 0; request < 40; request++) await host.fetch('/ping')
  await host.close()

  expect(receiver.spans()).toHaveLength(kept)
})

it('keeps by its share what every service with the same share keeps: the ids with the highest random part', async () => {
  await using receiver = await openOtlpReceiver()
  const host = await openMemoryHost({
    ...at(receiver),
    OTEL_TRACES_SAMPLER: 'traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0.25',
  })
  const ids = ['bf', 'c0', '00', 'ff'].map(first => `${'1'.repeat(18)}${first}${'0'.repeat(12)}`)

  for (const id of ids) await host.fetch('/ping', { headers: { traceparent: `00-${id}-${PARENT}-01` } })
  await host.close()

  expect(receiver.spans().map(({ traceId }) => traceId)).toEqual([ids[1], ids[3]])
})

it('says who it is, and brings the headers that the collector wants', async () => {
  await using receiver = await openOtlpReceiver()
  const host = await openMemoryHost({
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${receiver.url}/elsewhere`,
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic%20YTpi=, x-team = retention',
    OTEL_SERVICE_NAME: 'retention',
    OTEL_RESOURCE_ATTRIBUTES: 'cloud.region=eu-central-1,service.name=other',
    ENVIRONMENT_NAME: 'churn-prod',
  })

  await host.fetch('/ping')
  await host.close()

  expect(receiver.requests[0]).toMatchObject({
    path: '/elsewhere',
    headers: { authorization: 'Basic YTpi=', 'x-team': 'retention', 'content-type': 'application/json' },
  })
  expect(receiver.resource()).toMatchObject({
    'service.name': 'retention',
    'service.version': expect.stringMatching(/^\d/),
    'service.instance.id': expect.stringMatching(/^[\da-f-]{36}$/),
    'deployment.environment.name': 'churn-prod',
    'cloud.region': 'eu-central-1',
  })
})

it('posts to /v1/traces of an endpoint that ends with a slash or without', async () => {
  await using receiver = await openOtlpReceiver()
  for (const end of ['', '/']) {
    const host = await openMemoryHost({ OTEL_EXPORTER_OTLP_ENDPOINT: `${receiver.url}${end}` })
    await host.fetch('/ping')
    await host.close()
  }

  expect(receiver.requests.map(({ path }) => path)).toEqual(['/v1/traces', '/v1/traces'])
})

it('hands on the spans of all workers when the server ends', async () => {
  await using receiver = await openOtlpReceiver()
  const host = await openProcessHost({ ...at(receiver), WORKERS: '2' })

  for (let request = 0; request < 12; request++)
    await (await host.fetch('/predict', json(aRow(), { connection: 'close' }))).text()
  const code = await host.stop()

  expect(code).toBe(0)
  expect(serverSpans(receiver.spans())).toHaveLength(12)
  expect(new Set(receiver.spans().map(({ spanId }) => spanId)).size).toBe(36)
})

it('tells of an invocation of Lambda before its end', async () => {
  await using receiver = await openOtlpReceiver()
  const host = await openLambdaHost('API Gateway 2.0', at(receiver))

  await host.fetch('/predict', json(aRow(), { ...traceparent('01'), 'x-forwarded-proto': 'https' }))
  const told = serverSpans(receiver.spans())
  await host.close()

  expect(told).toMatchObject([{ name: 'POST /predict', traceId: TRACE, attributes: { 'url.scheme': 'https' } }])
})

const complaints = (log: readonly Readonly<Record<string, unknown>>[]) =>
  log.filter(({ level }) => level === 'warn' || level === 'error').map(({ level, msg }) => ({ level, msg }))

async function scoreAndStop(endpoint: string) {
  const host = await openProcessHost({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint })
  for (let request = 0; request < 5; request++) {
    const response = await host.fetch('/predict', json(aRow(), { connection: 'close' }))
    expect(await response.json()).toEqual({ churn_probability: 0.6812940239906311, churn: true })
  }
  const code = await host.stop()
  return { code, complaints: complaints(host.log) }
}

const CANNOT_BE_WRITTEN = {
  level: 'warn',
  msg: 'traces: lines cannot be written; scoring goes on, and this is said once',
}

it('scores, warns once and ends as ever where nobody listens at the endpoint', async () => {
  expect(await scoreAndStop('http://127.0.0.1:9')).toEqual({ code: 0, complaints: [CANNOT_BE_WRITTEN] })
})

it('scores, and ends as ever, where the collector never answers', async () => {
  await using receiver = await openOtlpReceiver(() => {})

  expect(await scoreAndStop(receiver.url)).toEqual({ code: 0, complaints: [] })
  expect(receiver.requests).toHaveLength(1)
})

it('loads nothing and tells nobody by default', () => {
  const { otelExporterOtlpEndpoint, otelExporterOtlpTracesEndpoint } = configurationOf({})

  expect([otelExporterOtlpEndpoint, otelExporterOtlpTracesEndpoint]).toEqual([undefined, undefined])
})

it.each([
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'localhost:4318', 'must be an URL like http://localhost:4318'],
  ['OTEL_TRACES_SAMPLER', 'sometimes', 'parentbased_always_on'],
  ['OTEL_TRACES_SAMPLER_ARG', '2', 'a number from 0 to 1'],
  ['OTEL_RESOURCE_ATTRIBUTES', 'a name=value', 'must be names and values'],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'secret', 'must be names and values of headers'],
])('says what %s must be where it is %s', (name, value, words) => {
  expect(() => configurationOf({ [name]: value })).toThrow(words)
})
