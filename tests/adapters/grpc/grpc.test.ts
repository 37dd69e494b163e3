import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { serve } from '@scaling-mlops/runtimes/serve'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aRow, golden, json } from '../../support/churn.ts'
import { type GrpcClient, openGrpcClient } from '../../support/grpc-client.ts'
import { raw, typed } from '../../support/grpc-messages.ts'
import { configurationOf } from '../../support/host.ts'
import { withEchoModel } from '../../support/v2.ts'

const KEY = 'a-key-of-sixteen-characters'
const rows = golden.rows.map(({ row }) => row as Readonly<Record<string, string | number>>)

let models: Awaited<ReturnType<typeof withEchoModel>>
let server: Awaited<ReturnType<typeof serve>>
let client: GrpcClient
beforeAll(async () => {
  models = await withEchoModel()
  server = await serve(
    configurationOf({
      MODEL_REPOSITORY: models.path,
      DEFAULT_MODEL: 'churn',
      GRPC_PORT: '0',
      MAX_BODY_BYTES: '100000',
      API_KEYS: KEY,
    }),
  )
  client = openGrpcClient(server.grpcPort as number)
})
afterAll(async () => {
  client?.close()
  await server?.stop()
  await models?.[Symbol.asyncDispose]()
})

/** Whole numbers of 64 bits, which the decoder gives as texts, as JSON has them. */
const asNumbers = (message: unknown) =>
  JSON.parse(JSON.stringify(message), (key, value) =>
    typeof value === 'string' && /^-?\d+$/.test(value) && key !== 'version' ? Number(value) : value,
  )
const probabilitiesOf = (outputs: unknown) =>
  (outputs as { name: string; contents: { fp32_contents: number[] } }[]).find(({ name }) => name === 'probability')
    ?.contents.fp32_contents

describe('inference over gRPC', () => {
  let expected: number[]
  beforeAll(async () => {
    const answer = await (await fetch(`${server.url}/predict`, json(rows))).json()
    expected = (answer as { churn_probability: number }[]).map(({ churn_probability }) => churn_probability)
  })

  it('answers typed tensors with the bits of /predict', async () => {
    const { code, message } = await client.call('ModelInfer', { ...typed(rows), id: '42' })

    expect(code).toBe('OK')
    expect(message).toMatchObject({ model_name: 'churn', model_version: '1', id: '42', raw_output_contents: [] })
    expect(probabilitiesOf(message.outputs)).toEqual(expected)
  })

  it('answers raw tensors raw, with the same bits', async () => {
    const { message } = await client.call('ModelInfer', { ...raw(rows), outputs: [{ name: 'probability' }] })

    const [bytes] = message.raw_output_contents as Buffer[]
    expect(message.outputs).toMatchObject([{ name: 'probability', datatype: 'FP32', shape: [`${rows.length}`, '1'] }])
    expect([...new Float32Array(new Uint8Array(bytes as Buffer).buffer)]).toEqual(expected)
  })

  it("gives a bare graph's tensors of every kind back digit by digit", async () => {
    const inputs = [
      {
        name: 'texts',
        datatype: 'BYTES',
        shape: [1, 2],
        contents: { bytes_contents: ['Yes', 'größer 😀'].map(text => Buffer.from(text)) },
      },
      {
        name: 'wholes',
        datatype: 'INT64',
        shape: [1, 2],
        contents: { int64_contents: ['9223372036854775807', '-9007199254740993'] },
      },
      { name: 'floats', datatype: 'FP32', shape: [1, 3], contents: { fp32_contents: [1, -2.5, Number.NaN] } },
      { name: 'flags', datatype: 'BOOL', shape: [1, 4], contents: { bool_contents: [true, false, true, true] } },
    ]
    const { message } = await client.call('ModelInfer', { model_name: 'echo', model_version: '3', inputs })

    expect(message.outputs).toMatchObject(
      inputs.map(({ name, ...input }) => ({ name: `${name}_out`, ...input, shape: input.shape.map(String) })),
    )
  })

  it.each([
    [
      'a value that is none of a feature',
      'INVALID_ARGUMENT',
      /row 0: contract must be one of/,
      typed([{ ...aRow(), contract: 'daily' }]),
    ],
    [
      'a name cut in the middle of a character',
      'INVALID_ARGUMENT',
      /has no input/,
      {
        model_name: 'churn',
        inputs: [{ name: `${'x'.repeat(59)}😀`, datatype: 'FP64', shape: [1], contents: { fp64_contents: [1] } }],
      },
    ],
    ['no inputs', 'INVALID_ARGUMENT', /needs inputs/, { model_name: 'churn' }],
    [
      'fewer raw entries than inputs',
      'INVALID_ARGUMENT',
      /raw_input_contents has 1 entries/,
      { ...raw([aRow()]), raw_input_contents: [Buffer.alloc(8)] },
    ],
    [
      'elements in the wrong field',
      'INVALID_ARGUMENT',
      /read from fp64_contents; got fp32_contents/,
      {
        model_name: 'churn',
        inputs: [{ name: 'tenure', datatype: 'FP64', shape: [1], contents: { fp32_contents: [1] } }],
      },
    ],
    [
      'a shape that no request can hold',
      'INVALID_ARGUMENT',
      /input 'tenure'/,
      {
        model_name: 'churn',
        inputs: [{ name: 'tenure', datatype: 'FP64', shape: ['9223372036854775807'], contents: {} }],
      },
    ],
    [
      '10,001 inputs',
      'INVALID_ARGUMENT',
      /at most 10000 inputs/,
      { model_name: 'churn', inputs: Array.from({ length: 10_001 }, () => ({})) },
    ],
    ['an unknown model', 'NOT_FOUND', /did you mean "churn"/, { ...typed([aRow()]), model_name: 'chrun' }],
    ['an unknown version', 'NOT_FOUND', /no version "9"/, { ...typed([aRow()]), model_version: '9' }],
    [
      'a message over MAX_BODY_BYTES',
      'RESOURCE_EXHAUSTED',
      /larger than max|message/,
      { ...raw([aRow()]), raw_input_contents: [Buffer.alloc(100_001)] },
    ],
    [
      'a deadline of a microsecond',
      'DEADLINE_EXCEEDED',
      /deadline/,
      { ...typed(rows), parameters: { timeout: { int64_param: 1 } } },
    ],
  ])('refuses %s', async (_, expectedCode, words, message) => {
    const { code, details } = await client.call('ModelInfer', message)

    expect(details).toMatch(words)
    expect(code).toBe(expectedCode)
  })

  it('ends with the deadline of the call itself', async () => {
    const { code } = await client.call('ModelInfer', typed(rows), { deadline: new Date(Date.now() - 1) })

    expect(code).toBe('DEADLINE_EXCEEDED')
  })
})

describe('what is said of server and models over gRPC', () => {
  it.each([
    ['ServerLive', {}, { live: true }],
    ['ServerReady', {}, { ready: true }],
    ['ModelReady', { name: 'churn' }, { ready: true }],
    ['ServerMetadata', {}, { name: 'scaling-mlops' }],
    ['Check', {}, { status: 'SERVING' }],
    ['Check', { service: 'inference.GRPCInferenceService' }, { status: 'SERVING' }],
  ])('%s answers %j', async (method, message, expected) => {
    expect(await client.call(method, message)).toMatchObject({ code: 'OK', message: expected })
  })

  it('describes a model as over HTTP', async () => {
    const { message } = await client.call('ModelMetadata', { name: 'churn' })
    const described = (await (await fetch(`${server.url}/v2/models/churn`)).json()) as {
      inputs: { shape: number[] }[]
    }

    expect(message).toMatchObject({ name: 'churn', versions: ['1'], platform: 'onnx_onnxv1' })
    expect(message.inputs).toEqual(described.inputs.map(input => ({ ...input, shape: input.shape.map(String) })))
  })

  it("tells a model's configuration and what it has done as over HTTP", async () => {
    await client.call('ModelInfer', typed(rows))
    const over = async (path: string) => (await fetch(`${server.url}/v2/models${path}`)).json()
    const { config } = (await client.call('ModelConfig', { name: 'churn' })).message
    const { model_stats } = (await client.call('ModelStatistics', { name: 'churn' })).message

    expect(asNumbers(config)).toEqual(await over('/churn/config'))
    expect(asNumbers(model_stats)).toMatchObject(
      ((await over('/churn/stats')) as { model_stats: Record<string, unknown>[] }).model_stats.map(
        ({ memory_usage: _, response_stats: __, ...known }) => known,
      ),
    )
    expect((await client.call('ModelStatistics')).message.model_stats).toHaveLength(2)
    expect((await client.call('ModelConfig', { name: 'chrun' })).code).toBe('NOT_FOUND')
  })

  it('knows of no other service', async () => {
    expect((await client.call('Check', { service: 'billing' })).code).toBe('NOT_FOUND')
  })

  it('lists the repository to who has a key alone', async () => {
    const { code, message } = await client.call('RepositoryIndex', {}, { key: KEY })

    expect(code).toBe('OK')
    expect(message.models).toMatchObject([
      { name: 'churn', version: '1', state: 'READY' },
      { name: 'echo', version: '3', state: 'READY' },
    ])
    expect((await client.call('RepositoryIndex')).code).toBe('UNAUTHENTICATED')
  })
})

describe('the repository over gRPC', () => {
  const change = (method: string, message: object) => client.call(`RepositoryModel${method}`, message, { key: KEY })

  it('unloads and loads for who has a key alone', async () => {
    for (const method of ['RepositoryModelLoad', 'RepositoryModelUnload'])
      expect((await client.call(method, { model_name: 'echo' })).code).toBe('UNAUTHENTICATED')
    const unload = { model_name: 'echo', parameters: { unload_dependents: { bool_param: false } } }

    expect((await change('Unload', unload)).code).toBe('OK')
    expect((await client.call('ModelReady', { name: 'echo' })).message).toEqual({ ready: false })
    expect((await change('Load', { model_name: 'echo' })).code).toBe('OK')
    expect((await client.call('ModelReady', { name: 'echo' })).message).toEqual({ ready: true })
    expect((await client.call('ModelReady', { name: 'ecoh' })).message).toEqual({ ready: false })
  })

  it('tells the operator what is wrong', async () => {
    await mkdir(join(models.path, 'bad/1'), { recursive: true })
    await writeFile(join(models.path, 'bad/1/model.onnx'), 'not a graph')

    expect(await change('Load', { model_name: 'bad' })).toMatchObject({
      code: 'UNAVAILABLE',
      details: expect.stringMatching(
        /^failed to load 'bad': model bad, version 1: not a graph that ONNX Runtime can run/,
      ),
    })
    expect(await change('Load', { model_name: 'ecoh' })).toMatchObject({
      code: 'NOT_FOUND',
      details: expect.stringContaining('did you mean "echo"?'),
    })
    const files = { 'file:1/model.onnx': { bytes_param: Buffer.from('graph') } }
    expect(await change('Load', { model_name: 'echo', parameters: files })).toMatchObject({
      code: 'INVALID_ARGUMENT',
      details: expect.stringContaining('"file:1/model.onnx" is not taken'),
    })
  })
})
