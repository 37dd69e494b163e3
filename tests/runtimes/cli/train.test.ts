import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { toModelCard } from '@scaling-mlops/core/evaluation'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCli } from '../../support/run-cli.ts'
import { telcoPath } from '../../support/telco.ts'

const committed = fileURLToPath(new URL('../../../models/churn', import.meta.url))
const flags = ['--target', 'Churn', '--split', 'sklearn', '--seed', '1']

describe('npm run train', () => {
  let folder: string
  let out: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'train-'))
    out = join(folder, 'churn')
    await cp(join(committed, 'features.json'), join(out, 'features.json'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('writes the committed bundle, byte for byte but for the time', async () => {
    const { code, stdout, stderr } = await runCli('train', telcoPath, ...flags, '--out', out)

    expect(stderr).toContain('converged in 7 steps')
    expect(stdout).toMatch(/^wrote .*churn.1 /)
    expect(code).toBe(0)
    const files = (await readdir(join(committed, '1'))).sort()
    expect((await readdir(join(out, '1'))).sort()).toEqual(files)
    for (const file of files.filter(file => file !== 'README.md'))
      expect(await content(join(out, '1', file)), file).toBe(await content(join(committed, '1', file)))
  })

  it('writes the committed model card, with what people wrote in it', async () => {
    const read = async (file: string) => JSON.parse(await readFile(join(out, '1', file), 'utf8'))
    const card = await readFile(join(committed, '1', 'README.md'), 'utf8')

    expect(toModelCard(await read('manifest.json'), await read('report.json'), card)).toBe(card)
    expect(card).toMatch(/IBM[\s\S]*fictional customers/)
  })

  it('writes nothing where the newest version is the same', async () => {
    const { code, stdout } = await runCli('train', telcoPath, ...flags, '--out', out, '--json')

    expect(JSON.parse(stdout)).toMatchObject({ written: false, version: 1 })
    expect(code).toBe(0)
    expect((await readdir(out)).sort()).toEqual(['1', 'example.json', 'features.json'])
  })

  it('writes the next version where a setting differs', async () => {
    const { stdout } = await runCli('train', telcoPath, ...flags, '--out', out, '-C', '0.1', '--cv', '0', '--json')

    expect(JSON.parse(stdout)).toMatchObject({ written: true, version: 2 })
  })
})

async function content(path: string): Promise<string> {
  const bytes = await readFile(path)
  return path.endsWith('manifest.json')
    ? bytes.toString().replace(/"created": "[^"]*"/, '"created": "…"')
    : bytes.toString('base64')
}
