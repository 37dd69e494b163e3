import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { openFolderRepository, openModelFolder } from '@scaling-mlops/adapters/files'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** Files of a bundle as the repository checks them; large enough that writing takes its time. */
function filesOf(version: number): Record<string, string> {
  const golden = JSON.stringify({ version, rows: 'x'.repeat(300_000) })
  const graph = String(version).repeat(200_000)
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
  const files = { 'golden.json': sha256(golden), 'model.onnx': sha256(graph) }
  // the manifest comes first, so that a bundle that is seen too early lacks what it names
  return { 'manifest.json': JSON.stringify({ version, files }), 'golden.json': golden, 'model.onnx': graph }
}

describe('a folder of bundles', () => {
  it('never shows half a bundle while several write into it', async () => {
    await using folder = await temporaryFolder()
    const repository = openFolderRepository(folder.path)
    const versions = Array.from({ length: 12 }, (_, index) => index + 1)
    let writing = true
    const write = async (): Promise<number> => {
      let written = 0
      for (const version of versions)
        await openModelFolder(join(folder.path, 'churn'))
          .publish(version, filesOf(version))
          .then(
            () => written++,
            () => {},
          )
      return written
    }
    const read = async (): Promise<number> => {
      let seen = 0
      while (writing) {
        const newest = (await repository.list())[0]?.versions.at(-1)
        if (newest === undefined) continue
        const { manifest } = await repository.read('churn', newest)
        expect(manifest).toMatchObject({ version: newest })
        seen++
      }
      return seen
    }
    const reading = read()
    const written = (await Promise.all([write(), write()])).reduce((sum, count) => sum + count)
    writing = false

    expect(written).toBe(versions.length)
    expect(await reading).toBeGreaterThan(0)
    expect((await repository.list())[0]?.versions).toEqual(versions)
  })

  it('lists a thousand models without opening one', async () => {
    await using folder = await temporaryFolder()
    // not one of these could be read
    for (let model = 0; model < 1000; model++) await openModelFolder(join(folder.path, `m${model}`)).publish(1, {})
    const repository = openFolderRepository(folder.path)

    expect(await repository.list()).toHaveLength(1000)
    await expect(repository.read('m7', 1)).rejects.toThrow(/model\.onnx cannot be read: it does not exist/)
  })
})
