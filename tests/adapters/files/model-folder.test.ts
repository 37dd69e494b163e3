import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openModelFolder } from '@scaling-mlops/adapters/files'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../support/temporary-folder.ts'

describe('a model folder', () => {
  it('has no newest version before the first', async () => {
    await using folder = await temporaryFolder()

    expect(await openModelFolder(join(folder.path, 'new')).newest()).toBeUndefined()
  })

  it('publishes all files of a version, and knows the newest by number', async () => {
    await using folder = await temporaryFolder()
    const model = openModelFolder(folder.path)

    await model.publish(9, { 'manifest.json': '{"n":9}', 'model.onnx': new Uint8Array([1, 2]) })
    await model.publish(10, { 'manifest.json': '{"n":10}' })

    expect(await model.newest()).toEqual({ version: 10, manifest: { n: 10 } })
    expect([...(await readFile(join(folder.path, '9', 'model.onnx')))]).toEqual([1, 2])
    expect((await readdir(folder.path)).sort()).toEqual(['10', '9'])
  })

  it('leaves nothing behind where a file cannot be written', async () => {
    await using folder = await temporaryFolder()
    const model = openModelFolder(folder.path)

    await expect(model.publish(1, { 'good.json': '{}', 'no/such/folder.json': '{}' })).rejects.toThrow()

    expect(await readdir(folder.path)).toEqual([])
  })

  it('does not write over a version that is there', async () => {
    await using folder = await temporaryFolder()
    const model = openModelFolder(folder.path)
    await model.publish(1, { 'manifest.json': '{"first":true}' })

    await expect(model.publish(1, { 'manifest.json': '{}' })).rejects.toThrow()

    expect(await model.newest()).toEqual({ version: 1, manifest: { first: true } })
    expect(await readdir(folder.path)).toEqual(['1'])
  })

  it('does not write over a file that somebody wrote', async () => {
    await using folder = await temporaryFolder()
    await writeFile(join(folder.path, 'example.json'), 'mine')

    await openModelFolder(folder.path).writeIfAbsent('example.json', 'yours')

    expect(await readFile(join(folder.path, 'example.json'), 'utf8')).toBe('mine')
  })
})
