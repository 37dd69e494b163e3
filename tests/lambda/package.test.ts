import { readdir, readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { packageLambda, unzip } from './package.ts'

let place: Awaited<ReturnType<typeof temporaryFolder>>
beforeAll(async () => {
  place = await temporaryFolder()
})
afterAll(() => place[Symbol.asyncDispose]())

describe('the package of the function', () => {
  it.each([
    ['x64', 60e6],
    ['arm64', 40e6],
  ])('for %s is small, holds one ONNX Runtime, and is the same bytes again', async (arch, most) => {
    const first = await packageLambda(`${place.path}/${arch}-1.zip`, '--arch', arch)
    const second = await packageLambda(`${place.path}/${arch}-2.zip`, '--arch', arch)

    expect(first.unzippedBytes).toBeLessThan(most)
    expect(second.sha256).toBe(first.sha256)
    expect((await readFile(second.file)).equals(await readFile(first.file))).toBe(true)
    const folder = `${place.path}/${arch}`
    await unzip(first.file, folder)
    expect(await readdir(`${folder}/node_modules/onnxruntime-node/bin/napi-v6/linux`)).toEqual([arch])
    expect(await readdir(`${folder}/models/churn`)).toEqual(['1'])
  })

  it('leaves models that are in S3 there, and says where', async () => {
    const out = `${place.path}/s3.zip`
    await packageLambda(out, '--models', 's3://models-of-the-team/serving')
    await unzip(out, `${place.path}/s3`)
    const names = await readdir(`${place.path}/s3`)
    expect(names).not.toContain('models')
    expect(JSON.parse(await readFile(`${place.path}/s3/scaling-mlops.config.json`, 'utf8'))).toEqual({
      modelRepository: 's3://models-of-the-team/serving',
    })
  })
})
