import { afterAll, beforeAll, expect, it } from 'vitest'
import { aRow, json } from '../../../support/churn.ts'
import type { Host } from '../../../support/host.ts'
import { documentOf, openV2Host } from '../../../support/v2.ts'

let host: Host
beforeAll(async () => {
  host = await openV2Host()
})
afterAll(() => host.close())

const read = async (path: string) => documentOf(await host.fetch(path))

it('the server says what it is, that it lives and is ready, whatever the query', async () => {
  expect(await read('/v2?test_1=1')).toMatchObject({
    name: expect.any(String),
    version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    extensions: expect.arrayContaining(['binary_tensor_data', 'model_repository', 'statistics']),
  })
  expect(await read('/v2/')).toMatchObject({ name: expect.any(String) })
  expect(await read('/v2/health/live')).toEqual({ live: true })
  expect(await read('/v2/health/ready')).toEqual({ live: true, ready: true })
  expect(await read('/v2/models')).toEqual({ models: ['churn', 'echo'] })
})

it('a model with a feature table shows one input a feature', async () => {
  const { inputs, ...rest } = await read('/v2/models/churn')
  expect(inputs).toHaveLength(19)
  expect(inputs).toContainEqual({ name: 'contract', datatype: 'BYTES', shape: [-1, 1] })
  expect(inputs).toContainEqual({ name: 'monthlycharges', datatype: 'FP64', shape: [-1, 1] })
  expect(rest).toEqual({
    name: 'churn',
    versions: ['1'],
    platform: 'onnx_onnxv1',
    outputs: [
      { name: 'probability', datatype: 'FP32', shape: [-1, 1] },
      { name: 'prediction', datatype: 'BOOL', shape: [-1, 1] },
    ],
    properties: { packed_input: 'X FP32 [-1,45]' },
  })
})

it('a bare graph shows its tensors', async () => {
  expect(await read('/v2/models/echo/versions/3')).toMatchObject({
    inputs: [
      { name: 'texts', datatype: 'BYTES', shape: [-1, 2] },
      { name: 'wholes', datatype: 'INT64', shape: [-1, 2] },
      { name: 'floats', datatype: 'FP32', shape: [-1, 3] },
      { name: 'flags', datatype: 'BOOL', shape: [-1, 4] },
    ],
  })
  expect(await read('/v2/models/echo/config')).toMatchObject({
    name: 'echo',
    max_batch_size: 0,
    input: expect.arrayContaining([{ name: 'texts', data_type: 'TYPE_STRING', dims: [-1, 2] }]),
  })
  expect(await read('/v2/models/echo/ready')).toEqual({ name: 'echo', ready: true })
})

it('statistics count rows and runs of every door, and nothing of the self-check', async () => {
  const statistics = async () => (await read('/v2/models/churn/stats')).model_stats[0]
  expect(await statistics()).toMatchObject({ inference_count: 0, execution_count: 0, batch_stats: [] })

  await host.fetch('/predict', json([aRow(), aRow(), aRow({ contract: 'weekly' })]))

  const after = await statistics()
  expect(after).toMatchObject({
    name: 'churn',
    version: '1',
    inference_count: 2,
    execution_count: 1,
    inference_stats: { success: { count: 1 }, queue: { count: 1 }, compute_infer: { count: 1 } },
    batch_stats: [{ batch_size: 2, compute_infer: { count: 1, ns: expect.any(Number) } }],
  })
  expect(after?.inference_stats.compute_infer?.ns).toBeGreaterThan(0)
  expect((await read('/v2/models/stats')).model_stats).toHaveLength(2)
})
