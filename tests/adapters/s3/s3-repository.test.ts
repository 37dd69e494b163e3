import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openFolderRepository } from '@scaling-mlops/adapters/files'
import { openS3Repository } from '@scaling-mlops/adapters/s3'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeModelRepository } from '../../contracts/model-repository.ts'
import { aRow, json } from '../../support/churn.ts'
import { openMemoryHost, repository } from '../../support/host.ts'
import { startS3Models } from '../../support/s3-models.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

let s3: Awaited<ReturnType<typeof startS3Models>>
beforeAll(async () => {
  s3 = await startS3Models()
})
afterAll(() => s3.close())

const churn = join(repository, 'churn/1')
let caches = 0
const opened: AsyncDisposable[] = []
afterAll(async () => {
  for (const folder of opened) await folder[Symbol.asyncDispose]()
})

async function openBucket() {
  const folder = await temporaryFolder()
  opened.push(folder)
  const bucket = `bucket-${caches++}`
  const models = await openS3Repository(`s3://${bucket}/models`, {
    cache: folder.path,
    local: openFolderRepository(folder.path),
  })
  return { bucket, cache: folder.path, models }
}

describeModelRepository(
  'S3 (stand-in)',
  async () => {
    const { bucket, models } = await openBucket()
    for (const version of ['alpha/1', 'alpha/2', 'alpha/10', 'beta/3', 'alpha/data'])
      await s3.putFolder(churn, `${bucket}/models/${version}`)
    return models
  },
  await openFolderRepository(repository).read('churn', 1),
)

it('fetches a version once, and again where the object or its copy changed', async () => {
  const { bucket, cache, models } = await openBucket()
  await s3.putFolder(churn, `${bucket}/models/churn/1`)
  const readsOf = async () => {
    s3.reads.length = 0
    await models.read('churn', 1)
    return [...s3.reads]
  }

  expect(await readsOf()).toContain('models/churn/1/model.onnx')
  expect(await readsOf()).toEqual([])
  await writeFile(join(cache, 'churn/1/model.onnx'), 'damaged')
  expect(await readsOf()).toEqual(['models/churn/1/model.onnx'])
  s3.objects.set(`${bucket}/models/churn/1/README.md`, Buffer.from('# new'))
  expect(await readsOf()).toEqual(['models/churn/1/README.md'])
  expect((await models.read('churn', 1)).card).toBe('# new')
})

it('follows what is new and gone, aliases among it', async () => {
  const { bucket, models } = await openBucket()
  for (const version of [1, 2]) await s3.putFolder(churn, `${bucket}/models/churn/${version}`)
  s3.objects.set(`${bucket}/models/churn/aliases.json`, Buffer.from('{"champion": 1}'))
  expect(await models.list()).toEqual([{ name: 'churn', versions: [1, 2], aliases: { champion: 1 } }])

  for (const key of s3.objects.keys())
    if (key.startsWith(`${bucket}/models/churn/1/`) || key.endsWith('aliases.json')) s3.objects.delete(key)

  expect(await models.list()).toEqual([{ name: 'churn', versions: [2] }])
})

it("reads Triton's config.pbtxt beside the versions, and follows what it says", async () => {
  const { bucket, models } = await openBucket()
  for (const version of [1, 2])
    s3.objects.set(`${bucket}/models/echo/${version}/echo.onnx`, Buffer.from(`graph ${version}`))
  const config = (versions: string) =>
    s3.objects.set(
      `${bucket}/models/echo/config.pbtxt`,
      Buffer.from(`default_model_filename: "echo.onnx" version_policy { ${versions} }`),
    )
  config('latest { }')
  expect(await models.list()).toEqual([{ name: 'echo', versions: [2] }])
  config('all { }')
  expect(await models.list()).toEqual([{ name: 'echo', versions: [1, 2] }])
  expect(Buffer.from((await models.read('echo', 1)).graph).toString()).toBe('graph 1')
})

it('refuses a graph that is not the one its manifest was written with', async () => {
  const { bucket, models } = await openBucket()
  await s3.putFolder(churn, `${bucket}/models/churn/1`)
  const graph = await readFile(join(churn, 'model.onnx'))
  graph[graph.length - 1] = (graph.at(-1) ?? 0) ^ 1
  s3.objects.set(`${bucket}/models/churn/1/model.onnx`, graph)

  await expect(models.read('churn', 1)).rejects.toThrow(/model.onnx is not the file the manifest was written with/)
})

it('is what a server reads its models from', async () => {
  await s3.putFolder(churn, 'served/models/churn/1')

  const host = await openMemoryHost({ MODEL_REPOSITORY: 's3://served/models' })
  const answer = await host.fetch('/predict', json(aRow()))
  await host.close()

  expect(await answer.json()).toMatchObject({ churn: expect.any(Boolean) })
})
