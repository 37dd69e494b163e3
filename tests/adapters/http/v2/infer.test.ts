import { gzipSync } from 'node:zlib'
import type { Manifest } from '@scaling-mlops/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aRow, json } from '../../../support/churn.ts'
import type { Host } from '../../../support/host.ts'
import { binaryRequest, documentOf, openV2Host, readBinaryAnswer } from '../../../support/v2.ts'

let host: Host
beforeAll(async () => {
  host = await openV2Host()
})
afterAll(() => host.close())

const infer = (model: string, init: RequestInit): Promise<Response> => host.fetch(`/v2/models/${model}/infer`, init)
const P = 0.6812940239906311

/** The example customer as one input a feature. */
const columns = (shape: readonly number[] = [1, 1]) =>
  Object.entries(aRow()).map(([name, value]) => ({
    name,
    shape,
    datatype: typeof value === 'string' ? 'BYTES' : 'FP64',
    data: [value],
  }))
const echo = {
  texts: { name: 'texts', shape: [1, 2], datatype: 'BYTES', data: ['Yes', 'DSL'] },
  wholes: { name: 'wholes', shape: [1, 2], datatype: 'INT64', data: [5, -1] },
  floats: { name: 'floats', shape: [1, 3], datatype: 'FP32', data: [1, -2.5, 3.14159274] },
  flags: { name: 'flags', shape: [1, 4], datatype: 'BOOL', data: [true, false, true, true] },
}
const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'))

describe('a model with a feature table over the Open Inference Protocol', () => {
  it.each([[[1, 1]], [[1]]])('answers one input a feature of shape %j with probability and prediction', async shape => {
    const response = await infer('churn', json({ id: '42', inputs: columns(shape), model_name: 'ignored' }))

    expect(response.headers.get('content-type')).toBe('application/json')
    expect(await response.json()).toEqual({
      model_name: 'churn',
      model_version: '1',
      id: '42',
      outputs: [
        { name: 'probability', datatype: 'FP32', shape: [1, 1], data: [P] },
        { name: 'prediction', datatype: 'BOOL', shape: [1, 1], data: [true] },
      ],
    })
  })

  it('answers in binary what is wanted in binary, in the order it is wanted', async () => {
    const response = await infer(
      'churn/versions/1',
      json({
        inputs: columns(),
        outputs: [{ name: 'prediction' }, { name: 'probability', parameters: { binary_data: true } }],
      }),
    )

    expect(response.headers.get('content-type')).toBe('application/octet-stream')
    const { json: document, tail } = await readBinaryAnswer(response)
    expect(document.outputs).toEqual([
      { name: 'prediction', datatype: 'BOOL', shape: [1, 1], data: [true] },
      { name: 'probability', datatype: 'FP32', shape: [1, 1], parameters: { binary_data_size: 4 } },
    ])
    expect(tail.readFloatLE(0)).toBe(P)
  })

  it("takes the graph's packed matrix, as raw bytes too", async () => {
    const { features } = ((await (await host.fetch('/models/churn')).json()) as { manifest: Manifest }).manifest
    const row = aRow()
    const packed = Float32Array.from(
      features.flatMap(feature =>
        feature.kind === 'number'
          ? [Number(row[feature.name])]
          : feature.values.map(({ value }) => (row[feature.name] === value ? 1 : 0)),
      ),
    )

    const named = await infer(
      'churn',
      json({ inputs: [{ name: 'X', shape: [1, 45], datatype: 'FP32', data: [[...packed]] }] }),
    )
    const raw = await infer('churn', {
      method: 'POST',
      headers: { 'inference-header-content-length': '0' },
      body: packed.buffer as ArrayBuffer,
    })

    expect((await documentOf(named)).outputs[0]?.data).toEqual([P])
    const { json: document, tail } = await readBinaryAnswer(raw)
    expect(document.outputs[0]).toMatchObject({ name: 'probability', parameters: { binary_data_size: 4 } })
    expect(tail.readFloatLE(0)).toBe(P)
  })

  it('names the row and the field that are wrong', async () => {
    const inputs = columns([1, 1]).map(input => (input.name === 'contract' ? { ...input, data: ['two-year'] } : input))
    const response = await infer('churn', json({ inputs }))
    expect(response.status).toBe(400)
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(await response.json()).toEqual({
      error: expect.stringMatching(/^row 0: contract must be one of .* did you mean "two_year"\?$/),
    })
  })

  it('takes null as a number that is missing, where the table fills one in', async () => {
    const inputs = columns([1, 1]).map(input => (input.name === 'totalcharges' ? { ...input, data: [null] } : input))
    const filled = (await (await host.fetch('/predict', json(aRow({ totalcharges: null })))).json()) as {
      churn_probability: number
    }
    expect((await documentOf(await infer('churn', json({ inputs })))).outputs[0]?.data).toEqual([
      filled.churn_probability,
    ])
  })
})

describe('a model without a feature table over the Open Inference Protocol', () => {
  it('gives its tensors back from JSON, nested or flat, 64-bit integers digit by digit', async () => {
    const inputs = [
      echo.texts,
      { ...echo.floats, data: [[1, -2.5, null]] },
      echo.flags,
      { ...echo.wholes, data: 'BIG' },
    ]
    const body = JSON.stringify({ inputs }).replace('"BIG"', '[9223372036854775807,-9007199254740993]')

    const text = await (await infer('echo', json(body))).text()

    expect(text).toContain('"data":[9223372036854775807,-9007199254740993]')
    expect(text).toContain('"data":["Yes","DSL"]')
    expect(text).toContain('"data":[1,-2.5,null]')
    expect(text).toContain('"data":[true,false,true,true]')
  })

  it('gives its tensors back from the bytes of the binary extension', async () => {
    const parts = {
      texts: hex('03000000 596573 03000000 44534c'),
      wholes: hex('0500000000000000 ffffffffffffffff'),
      floats: hex('0000803f 000020c0 db0f4940'),
      flags: hex('01000101'),
    }
    const inputs = Object.entries(parts).map(([name, bytes]) => {
      const { data: _, ...rest } = echo[name as keyof typeof echo]
      return { ...rest, parameters: { binary_data_size: bytes.byteLength } }
    })
    const request = binaryRequest({ inputs, parameters: { binary_data_output: true } }, Object.values(parts))

    const { json: document, tail } = await readBinaryAnswer(await infer('echo', request))

    expect(document.outputs.map(({ name }: { name: string }) => name)).toEqual([
      'texts_out',
      'wholes_out',
      'floats_out',
      'flags_out',
    ])
    expect(tail).toEqual(Buffer.concat(Object.values(parts)))
  })

  it('reads and writes compressed bodies, and counts the header before compression', async () => {
    const inputs = Object.values(echo)
    const body = gzipSync(JSON.stringify({ inputs, parameters: { binary_data_output: true } }))
    const response = await infer('echo', {
      method: 'POST',
      headers: { 'content-encoding': 'gzip' },
      body: new Uint8Array(body),
    })
    const { json: document } = await readBinaryAnswer(response)
    expect(document.outputs).toHaveLength(4)

    const many = { ...echo.floats, shape: [500, 3], data: Array(1500).fill(0.5) }
    const long = await infer(
      'echo',
      json(
        {
          inputs: [
            many,
            { ...echo.texts, shape: [500, 2], data: Array(1000).fill('a') },
            { ...echo.wholes, shape: [500, 2], data: Array(1000).fill(1) },
            { ...echo.flags, shape: [500, 4], data: Array(2000).fill(true) },
          ],
        },
        { 'accept-encoding': 'gzip' },
      ),
    )
    expect(long.headers.get('content-encoding')).toBe('gzip')
    const plain = await documentOf(
      new Response((long.body as ReadableStream).pipeThrough(new DecompressionStream('gzip'))),
    )
    expect(plain.outputs[2]?.data).toEqual(Array(1500).fill(0.5))
  })
})

describe('a bad request to the Open Inference Protocol is told what is wrong', () => {
  const { texts, wholes, floats, flags } = echo
  const with_ = (changed: object) => ({ inputs: [texts, wholes, { ...floats, ...changed }, flags] })
  it.each<[string, unknown, RegExp]>([
    [
      'a shape that is too wide',
      with_({ shape: [1, 4], data: [1, 2, 3, 4] }),
      /'floats': shape \[1,4\] has 4 elements in dimension 1, model 'echo' version 3 expects 3/,
    ],
    ['more data than its shape', with_({ data: [1, 2, 3, 4] }), /its shape has 3 elements, its data 4/],
    ['a negative length', with_({ shape: [-1, 3] }), /has the length -1/],
    [
      'lengths beyond all bounds',
      with_({ shape: [4_000_000_000, 4_000_000_000] }),
      /more elements than a request can hold/,
    ],
    ['another datatype', with_({ datatype: 'FP64' }), /datatype is FP64, model 'echo' version 3 expects FP32/],
    ['a datatype that there is not', with_({ datatype: 'FP31' }), /datatype "FP31" is none/],
    ['half floats in JSON', with_({ datatype: 'FP16' }), /FP16 has no form in JSON/],
    ['a text among numbers', with_({ data: [1, 'two', 3] }), /element 1 is "two"; FP32 takes numbers/],
    [
      'an input that there is not',
      { inputs: [...Object.values(echo), { ...floats, name: 'flots' }] },
      /has no input 'flots'; did you mean 'floats'\?/,
    ],
    ['a missing input', { inputs: [texts, wholes, floats] }, /'flags': missing; it must be BOOL \[-1,4\]/],
    ['an input given twice', { inputs: [...Object.values(echo), texts] }, /'texts': given twice/],
    [
      'an output wanted twice',
      { inputs: Object.values(echo), outputs: [{ name: 'texts_out' }, { name: 'flags_out' }, { name: 'texts_out' }] },
      /output 'texts_out': given twice/,
    ],
    ['an output that there is not', { inputs: Object.values(echo), outputs: [{ name: 'y' }] }, /has no output 'y'/],
    ['no inputs', {}, /needs `inputs`/],
    ['a timeout in words', { ...with_({}), parameters: { timeout: 'soon' } }, /whole number of microseconds/],
    ['data that is not there', with_({ parameters: { binary_data_size: 12 }, data: undefined }), /0 bytes are left/],
    ['ten thousand and one inputs', { inputs: Array(10_001).fill(floats) }, /at most 10000 inputs/],
    ['depths without end', with_({ data: JSON.parse('['.repeat(500) + ']'.repeat(500)) }), /nested more than 32/],
  ])('%s', async (_, body, message) => {
    const response = await infer('echo', json(body))
    expect(response.status).toBe(400)
    expect(response.headers.get('content-type')).toBe('application/json')
    expect((await documentOf(response)).error).toMatch(message)
  })

  it.each([
    ['timeout', { inputs: '[]', timeout: '12345678901234567890' }],
    ['name', { inputs: '[{"name":12345678901234567890}]', timeout: '0' }],
    ['datatype', { inputs: '[{"name":"x","datatype":12345678901234567890}]', timeout: '0' }],
    ['shape', { inputs: '[{"name":"x","datatype":"FP32","shape":12345678901234567890}]', timeout: '0' }],
    [
      'binary_data_size',
      {
        inputs: '[{"name":"x","datatype":"FP32","shape":[1],"parameters":{"binary_data_size":12345678901234567890}}]',
        timeout: '0',
      },
    ],
  ])('a whole number of 64 bits as %s', async (field, { inputs, timeout }) => {
    const list = field === 'timeout' ? JSON.stringify(columns()) : inputs
    const response = await infer('churn', {
      method: 'POST',
      body: `{"parameters":{"timeout":${timeout}},"inputs":${list}}`,
    })

    expect(response.status).toBe(400)
    expect(await response.text()).toContain('12345678901234567890')
  })

  it.each([
    ['a number beyond its datatype', '[[1e39,0,0]]', '3.4e38'],
    ['lists of different lengths', '[[1,2],[3]]', 'side by side'],
  ])('%s', async (_, data, expected) => {
    const floats = `{"name":"floats","shape":[1,3],"datatype":"FP32","data":${data}}`
    const response = await infer('echo', { method: 'POST', body: `{"inputs":[${floats}]}` })

    expect(response.status).toBe(400)
    expect(await response.text()).toContain(expected)
  })

  it('a key given twice', async () => {
    const response = await infer('echo', json(JSON.stringify(with_({})).replace('"shape"', '"shape":[9,9],"shape"')))
    expect(response.status).toBe(400)
    expect((await documentOf(response)).error).toMatch(/the key "shape" is given twice/)
  })

  it('NaN in JSON, which Python writes', async () => {
    const response = await infer('echo', json(JSON.stringify(with_({})).replace('3.14159274', 'NaN')))
    expect(response.status).toBe(400)
    expect((await documentOf(response)).error).toMatch(/^NaN is not JSON; send null/)
  })

  it.each([
    ['9999', /up to the body's/],
    ['-1', /whole number of bytes/],
    ['1', /JSON|object|input/],
  ])('a header that lies about its length: %s', async (length, message) => {
    const response = await infer('echo', {
      method: 'POST',
      headers: { 'inference-header-content-length': length },
      body: JSON.stringify(with_({})),
    })
    expect(response.status).toBe(400)
    expect((await documentOf(response)).error).toMatch(message)
  })

  it.each([
    [hex('03000000 5965'), /ends behind the tensor's 6 bytes/],
    [hex('03000000 596573'), /its shape has 2 elements, its data 1/],
    [hex('01000000 ff 01000000 41'), /not text in UTF-8/],
  ])('texts that are cut off or no UTF-8', async (bytes, message) => {
    const { data: _, ...rest } = texts
    const inputs = [{ ...rest, parameters: { binary_data_size: bytes.byteLength } }, wholes, floats, flags]
    const response = await infer('echo', binaryRequest({ inputs }, [bytes]))
    expect(response.status).toBe(400)
    expect((await documentOf(response)).error).toMatch(message)
  })

  it('a matrix with numbers that are none', async () => {
    const matrix = new Float32Array(45).fill(1)
    matrix[7] = Number.NaN
    const response = await infer('churn', {
      method: 'POST',
      headers: { 'inference-header-content-length': '0' },
      body: matrix.buffer as ArrayBuffer,
    })
    expect(response.status).toBe(400)
    expect((await documentOf(response)).error).toMatch(/row 0, column '.+' is NaN; numbers must be finite/)
  })

  it('a body that unpacks beyond the limit, and the next request is answered', async () => {
    const bomb = gzipSync(Buffer.alloc(8_000_000, 32))
    const response = await infer('echo', {
      method: 'POST',
      headers: { 'content-encoding': 'gzip' },
      body: new Uint8Array(bomb),
    })
    expect(response.status).toBe(413)
    expect(response.headers.get('content-type')).toBe('application/json')
    expect((await infer('echo', json({ inputs: Object.values(echo) }))).status).toBe(200)
  })

  it('a model, a version and a path that there are not', async () => {
    for (const [path, message] of [
      ['/v2/models/chrun', /^Request for unknown model: "chrun" is not found; did you mean "churn"\?$/],
      ['/v2/models/churn/versions/9/ready', /no version "9"/],
      ['/v2/nothing', /nothing at \/v2\/nothing/],
    ] as const) {
      const response = await host.fetch(path)
      expect(response.status).toBe(404)
      expect(response.headers.get('content-type')).toBe('application/json')
      expect((await documentOf(response)).error).toMatch(message)
    }
    expect((await host.fetch('/v2/models/churn/infer')).status).toBe(405)
  })
})
