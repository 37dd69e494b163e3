import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPython } from '../python/environment.ts'
import { aRow, golden, json } from '../support/churn.ts'
import { openProcessHost, type ProcessHost } from '../support/host.ts'
import { identityGraph } from '../support/identity-graph.ts'
import { withEchoModel } from '../support/v2.ts'

const rows = golden.rows.map(({ row }) => row as Readonly<Record<string, unknown>>)

const OPERATOR_KEY = 'a-key-of-sixteen-letters'

/** A model as it lies in a repository of Triton. */
async function layOutTwin(path: string): Promise<void> {
  await mkdir(join(path, 'twin/1'), { recursive: true })
  await writeFile(join(path, 'twin/1/model.onnx'), identityGraph({ a: { type: 'FLOAT', width: 3 } }))
  await writeFile(
    join(path, 'twin/config.pbtxt'),
    'name: "twin" platform: "onnxruntime_onnx" max_batch_size: 2 input { name: "a" data_type: TYPE_FP32 dims: [ 3 ] }',
  )
}

describe('unmodified clients of the Open Inference Protocol', () => {
  let models: Awaited<ReturnType<typeof withEchoModel>>
  let server: ProcessHost
  let answers: Readonly<Record<string, readonly number[]>>
  let expected: readonly number[]

  beforeAll(async () => {
    const python = await openPython(import.meta.dirname)
    models = await withEchoModel()
    await layOutTwin(models.path)
    server = await openProcessHost({
      MODEL_REPOSITORY: models.path,
      DEFAULT_MODEL: 'churn',
      LOG_LEVEL: 'info',
      GRPC_PORT: '0',
      API_KEYS: OPERATOR_KEY,
    })
    const columns = Object.fromEntries(Object.keys(aRow()).map(name => [name, rows.map(row => row[name])]))
    const file = join(models.path, '.columns.json')
    await writeFile(file, JSON.stringify(columns))
    answers = JSON.parse(await python('ask_v2.py', server.url, file, OPERATOR_KEY))
    const { grpcPort } = server.log.find(({ msg }) => msg === 'listening') ?? {}
    const overGrpc = JSON.parse(await python('ask_v2_grpc.py', String(grpcPort), file, OPERATOR_KEY))
    answers = { ...answers, ...overGrpc }
    const list = (await (await server.fetch('/predict', json(rows))).json()) as { churn_probability: number }[]
    expected = list.map(({ churn_probability }) => churn_probability)
  })
  afterAll(async () => {
    await server?.close()
    await models?.[Symbol.asyncDispose]()
  })

  it.each([
    'tritonclient',
    'tritonclient, JSON',
    'tritonclient, gzip',
    'tritonclient, deflate',
    'tritonclient, async_infer',
    'tritonclient.aio',
    'tritonclient.aio, JSON',
    'tritonclient.grpc',
    'tritonclient.grpc.aio',
    'kserve, JSON',
    'kserve, binary',
  ])('%s gets the bits of /predict', client => {
    expect(expected.length).toBeGreaterThan(10)
    expect(answers[client]).toEqual(expected)
  })
})
