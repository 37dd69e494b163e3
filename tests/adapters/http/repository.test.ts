import { cp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { aRow, json } from '../../support/churn.ts'
import { type Environment, openMemoryHost, repository } from '../../support/host.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const KEY = 'an-operators-key-1'
const post = (body = '', key?: string): RequestInit => ({
  method: 'POST',
  body,
  ...(key === undefined ? {} : { headers: { authorization: `Bearer ${key}` } }),
})

/** A server over a repository of its own, in which churn has version 1. */
async function aServer(environment: Environment = {}) {
  const folder = await temporaryFolder()
  const bundle = join(repository, 'churn/1')
  await cp(bundle, join(folder.path, 'churn/1'), { recursive: true })
  const host = await openMemoryHost({ MODEL_REPOSITORY: folder.path, MODEL_POLL_SECONDS: '0', ...environment })
  return {
    host,
    path: folder.path,
    add: (version: number) => cp(bundle, join(folder.path, 'churn', String(version)), { recursive: true }),
    served: async () => {
      const response = await host.fetch('/models')
      return ((await response.json()) as { models: { serving: number }[] }).models[0]?.serving
    },
    async [Symbol.asyncDispose]() {
      await host.close()
      await folder[Symbol.asyncDispose]()
    },
  }
}

describe('the repository over HTTP', () => {
  it('loads the newest version, and unloads', async () => {
    await using server = await aServer()
    await server.add(2)

    const loaded = await server.host.fetch('/v2/repository/models/churn/load', post('{}'))
    expect([loaded.status, await server.served()]).toEqual([200, 2])

    const unload = post('{"parameters":{"unload_dependents":false}}')
    expect((await server.host.fetch('/v2/repository/models/churn/unload', unload)).status).toBe(200)
    expect((await server.host.fetch('/predict', json(aRow()))).status).toBe(503)
    await server.host.fetch('/v2/repository/models/churn/load', post())
    expect((await server.host.fetch('/predict', json(aRow()))).status).toBe(200)
  })

  it('refuses a bad version with its reason, also in the index, while the old one serves', async () => {
    await using server = await aServer()
    await server.add(2)
    await writeFile(join(server.path, 'churn/2/model.onnx'), 'not a graph')

    const loaded = await server.host.fetch('/v2/repository/models/churn/load', post())

    expect(loaded.status).toBe(503)
    expect(await loaded.json()).toEqual({
      error: expect.stringMatching(/^failed to load 'churn': model churn, version 2: model.onnx is not the file/),
    })
    const index = await server.host.fetch('/v2/repository/index', post())
    expect(await index.json()).toEqual([
      { name: 'churn', version: '1', state: 'READY', reason: '' },
      { name: 'churn', version: '2', state: 'UNAVAILABLE', reason: expect.stringContaining('model.onnx is not') },
    ])
    const ready = await server.host.fetch('/v2/repository/index', post('{"ready":true}'))
    expect(await ready.json()).toHaveLength(1)
    expect((await server.host.fetch('/predict', json(aRow()))).status).toBe(200)
  })

  it('wants an operator key', async () => {
    await using server = await aServer({ API_KEYS: KEY })
    const statusOf = async (path: string, key?: string) =>
      (await server.host.fetch(`/v2/repository/${path}`, post('', key))).status

    for (const path of ['index', 'models/churn/load', 'models/churn/unload']) {
      expect(await statusOf(path)).toBe(401)
      expect(await statusOf(path, KEY)).toBe(200)
    }
  })

  it('names the nearest of an unknown model', async () => {
    await using server = await aServer()

    const response = await server.host.fetch('/v2/repository/models/chrun/load', post())

    expect(response.status).toBe(404)
    expect(await response.json()).toEqual({ error: expect.stringContaining('did you mean "churn"?') })
  })
})

describe('a folder', () => {
  it('names versions by aliases.json, and says what is wrong with it', async () => {
    await using server = await aServer()
    await server.add(2)
    const aliases = join(server.path, 'churn/aliases.json')
    await writeFile(aliases, '{"champion": 1}')
    await server.host.fetch('/v2/repository/models/churn/load', post())

    const champion = await server.host.fetch('/models/churn@champion')
    expect(((await champion.json()) as { manifest: { version: number } }).manifest.version).toBe(1)

    await writeFile(aliases, '{"champion": "one"}')
    const refused = await server.host.fetch('/v2/repository/models/churn/load', post())
    expect(((await refused.json()) as { error: string }).error).toContain('must be {"name": version}')
    expect(await server.served()).toBe(2)
  })

  it('serves a bare graph at tensor level, but not a bundle that lost its manifest', async () => {
    await using server = await aServer()
    await cp(join(repository, 'churn/1'), join(server.path, 'lost/1'), {
      recursive: true,
      filter: source => !source.endsWith('manifest.json'),
    })
    await cp(join(server.path, 'churn/1/model.onnx'), join(server.path, 'bare/1/model.onnx'))
    for (const model of ['bare', 'lost']) await server.host.fetch(`/v2/repository/models/${model}/load`, post())

    const bare = await server.host.fetch('/models/bare')
    expect(await bare.json()).toMatchObject({
      name: 'bare',
      version: 1,
      inputs: [{ name: 'X', type: 'float32', shape: [-1, 45] }],
    })
    expect((await server.host.fetch('/models/lost')).status).toBe(404)
  })
})
