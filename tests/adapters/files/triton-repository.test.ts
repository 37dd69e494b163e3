import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openFolderRepository } from '@scaling-mlops/adapters/files'
import { expect, it } from 'vitest'
import { json } from '../../support/churn.ts'
import { type Host, openMemoryHost } from '../../support/host.ts'
import { identityGraph } from '../../support/identity-graph.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { documentOf } from '../../support/v2.ts'

const graph = identityGraph({ a: { type: 'FLOAT', width: 3 }, b: { type: 'STRING', width: 1 } })

/** The first model of Triton's quick start, in all the ways that the text format has of writing things. */
const CONFIG = `
# a comment, with "quotes"
name: "twin"
platform: 'onnxruntime_' "onnx"
max_batch_size: 4
default_model_filename: "graph.onnx"
input [
  { name: "a" data_type: TYPE_FP32 dims: [ 3 ] },
  { name: "b", data_type: TYPE_STRING; dims: 1 }
]
output: < name: "a_out" data_type: TYPE_FP32 dims: [ -1 ] label_filename: "labels.txt" >
version_policy: { specific { versions: [ 2, 5 ] } }
dynamic_batching { max_queue_delay_microseconds: 100 preferred_batch_size: [ 4, 8 ] }
instance_group [ { count: 2 kind: KIND_CPU } ]
parameters { key: "intra_op_thread_count" value: { string_value: "2" } }
`

/** A repository of `twin`, laid out as Triton's, with the versions 2, 3 and 5. */
async function layOut(config: string, file = 'graph.onnx') {
  const folder = await temporaryFolder()
  for (const version of ['2', '3', '5']) {
    await mkdir(join(folder.path, 'twin', version), { recursive: true })
    await writeFile(join(folder.path, 'twin', version, file), graph)
  }
  await writeFile(join(folder.path, 'twin/config.pbtxt'), config)
  return folder
}

const rowsOf = (count: number, texts = count) => ({
  inputs: [
    { name: 'a', datatype: 'FP32', shape: [count, 3], data: Array.from({ length: 3 * count }, (_, at) => at) },
    { name: 'b', datatype: 'BYTES', shape: [texts, 1], data: Array.from({ length: texts }, String) },
  ],
})

async function withHost(config: string, look: (host: Host) => Promise<void>) {
  await using folder = await layOut(config)
  const host = await openMemoryHost({ MODEL_REPOSITORY: folder.path, MODEL_POLL_SECONDS: '0' })
  try {
    await look(host)
  } finally {
    await host.close()
  }
}

it("a model of Triton's repository is served as its config.pbtxt has it", () =>
  withHost(CONFIG, async host => {
    expect(await documentOf(await host.fetch('/v2/models/twin'))).toMatchObject({
      versions: ['2', '5'],
      inputs: [
        { name: 'a', datatype: 'FP32', shape: [-1, 3] },
        { name: 'b', datatype: 'BYTES', shape: [-1, 1] },
      ],
      outputs: [{ name: 'a_out', datatype: 'FP32', shape: [-1, 3] }],
    })
    expect(await documentOf(await host.fetch('/v2/models/twin/config'))).toMatchObject({
      max_batch_size: 4,
      input: [
        { name: 'a', data_type: 'TYPE_FP32', dims: [3] },
        { name: 'b', data_type: 'TYPE_STRING', dims: [1] },
      ],
    })
    const { outputs } = await documentOf(await host.fetch('/v2/models/twin/infer', json(rowsOf(4))))
    expect(outputs).toMatchObject([{ name: 'a_out', shape: [4, 3], data: Array.from({ length: 12 }, (_, at) => at) }])
    expect((await host.fetch('/v2/models/twin/versions/2/infer', json(rowsOf(1)))).status).toBe(200)
    expect((await host.fetch('/v2/models/twin/versions/3/infer', json(rowsOf(1)))).status).toBe(404)
  }))

it.each([
  [5, 5, /input 'a': shape \[5,3\] has 5 rows, model 'twin' version 5 takes 4 at the most/],
  [2, 3, /input 'b': has 3 rows, input 'a' has 2/],
])('a call of %i and %i rows is none of max_batch_size 4', (rows, texts, sentence) =>
  withHost(CONFIG, async host => {
    const response = await host.fetch('/v2/models/twin/infer', json(rowsOf(rows, texts)))
    expect(response.status).toBe(400)
    expect((await documentOf(response)).error).toMatch(sentence)
  }),
)

it.each([
  ['latest { num_versions: 2 }', [3, 5]],
  ['all { }', [2, 3, 5]],
  ['specific: { versions: 3 }', [3]],
])('of version_policy { %s } the versions %j are served', async (policy, versions) => {
  await using folder = await layOut(`version_policy { ${policy} }`, 'model.onnx')
  expect(await openFolderRepository(folder.path).list()).toEqual([{ name: 'twin', versions }])
})

it('a config.pbtxt that says next to nothing leaves the rest to the graph', async () => {
  await using folder = await layOut('backend: "onnxruntime"', 'model.onnx')
  const { configuration, graph: read } = await openFolderRepository(folder.path).read('twin', 3)
  expect(configuration).toMatchObject({ ignored: [] })
  expect(Buffer.from(read).equals(graph)).toBe(true)
})

it.each([
  ['platform: "tensorrt_plan"', /platform "tensorrt_plan" is not served here, only ONNX graphs are: platform: "onnxr/],
  ['backend: "python"', /backend "python" is not served here, only ONNX graphs are: backend: "onnxruntime"/],
  ['\nsequence_batching { }', /line 2: sequence_batching is not served here: nothing is kept between calls/],
  ['ensemble_scheduling { step [ ] }', /line 1: ensemble_scheduling is not served here/],
  ['name: "other"', /its name is "other", that of its folder "twin"/],
  ['max_batchsize: 4', /line 1: "max_batchsize" is no field of a model's configuration; did you mean "max_batch_size"/],
  ['max_batch_size: many', /line 1: max_batch_size must be a whole number of at least 0; got "many"/],
  ['version_policy { specific { versions: 9 } }', /version_policy names other versions than 5/],
  ['version_policy { newest { } }', /version_policy is one of latest, all, specific; got newest/],
  ['default_model_filename: "../3/graph.onnx"', /default_model_filename must be a file beside the others/],
  ['input { data_type: TYPE_FP32 }', /an entry of input has no name/],
  ['input { name: "a" data_type: TYPE_FP23 }', /data_type of input "a" must be one of .*; did you mean TYPE_FP32\?/],
  ['input { name: "a" data_type: TYPE_BF16 dims: 3 }', /data_type of input "a" must be one of .* got "TYPE_BF16"/],
  ['input { name: "a" data_type: TYPE_FP32 dims: 3 reshape { } }', /line 1: reshape of input "a" is not served here/],
  ['input: "a"', /line 1: input must be a message in braces; got "a"/],
  ['input {', /line 1: the name of a field is expected; got the end/],
  ['name "twin"', /line 1: ":" behind name is expected; got twin/],
  ['name: "twin', /line 1: "\\"" has no meaning here/],
  ['input [ { name: "a" } { name: "b" } ]', /line 1: "," or "\]" is expected; got \{/],
  [`input ${'{ a '.repeat(40)}`, /line 1: messages are nested more than 20 deep/],
])('a config.pbtxt of %j is refused in its own words', async (config, sentence) => {
  await using folder = await layOut(config, 'model.onnx')
  const repository = openFolderRepository(folder.path)
  expect(await repository.list()).toHaveLength(1)
  await expect(repository.read('twin', 5)).rejects.toMatchObject({
    code: 'invalid_manifest',
    message: expect.stringMatching(sentence),
  })
})

const INPUTS =
  'input [ { name: "a" data_type: TYPE_FP32 dims: [-1, 3] }, { name: "b" data_type: TYPE_STRING dims: [-1, 1] } ]'

it.each([
  ['input { name: "a" data_type: TYPE_FP32 dims: [-1, 3] }', /the graph's input "b" is missing/],
  [INPUTS.replace('"a"', '"c"'), /the graph's input "a" is missing/],
  [INPUTS.replace('FP32', 'INT64'), /input "a" is int64, in the graph float32/],
  [INPUTS.replace('3]', '4]'), /input "a" has the shape \[-1,4\], in the graph \[-1,3\]/],
  [`max_batch_size: 2 ${INPUTS}`, /input "a" has the shape \[-1,-1,3\], in the graph \[-1,3\]/],
  ['output { name: "c" data_type: TYPE_FP32 dims: [-1, 3] }', /the graph has no output "c"; it has a_out, b_out/],
])('a config.pbtxt of %j, which contradicts its graph, keeps the model from serving', async (config, sentence) => {
  await using folder = await layOut(config, 'model.onnx')
  await expect(openMemoryHost({ MODEL_REPOSITORY: folder.path })).rejects.toThrow(sentence)
})
