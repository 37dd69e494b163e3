import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { root } from '../../support/host.ts'
import { runCli } from '../../support/run-cli.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

type Bill = {
  readonly components: readonly { readonly name: string; readonly version: string; readonly 'bom-ref': string }[]
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[]
  readonly metadata: { readonly component: { readonly 'bom-ref': string } }
}

const folder = await temporaryFolder()
afterAll(() => folder[Symbol.asyncDispose]())

async function billOf(of: 'image' | 'lambda', arch: 'x64' | 'arm64') {
  const out = join(folder.path, 'bill.json')
  const { code, stdout } = await runCli('package', 'sbom', '--of', of, '--arch', arch, '--out', out)
  const text = await readFile(out, 'utf8')
  return { code, stdout, text, bill: JSON.parse(text) as Bill }
}

describe('package sbom', () => {
  it('names what is built in, with version, licence and hash, and nothing of other machines or of development', async () => {
    const { code, stdout, bill } = await billOf('image', 'arm64')

    expect(code).toBe(0)
    expect(stdout).toMatch(/bill\.json: \d+ packages, SHA-256 [0-9a-f]{12}\n$/)
    const names = bill.components.map(({ name }) => name)
    expect(names).toEqual(
      expect.arrayContaining(['onnxruntime-node', 'hono', '@aws-sdk/client-s3', 'react', '@scaling-mlops/core']),
    )
    // protobufjs names the types of Node among what it runs with
    const foreign = names.filter(name => /typescript|vitest|biome|@types|win32|darwin|x64|musl/.test(name))
    expect(foreign).toEqual(['@types/node'])
    const { dependencies } = JSON.parse(await readFile(join(root, 'adapters/package.json'), 'utf8'))
    expect(bill.components.find(({ name }) => name === 'hono')).toMatchObject({
      version: dependencies.hono,
      purl: `pkg:npm/hono@${dependencies.hono}`,
      licenses: [{ expression: 'MIT' }],
      hashes: [{ alg: 'SHA-512', content: expect.stringMatching(/^[0-9a-f]{128}$/) }],
    })
  })

  it('says who asks for what, and every one of them is in it', async () => {
    const { bill } = await billOf('image', 'x64')

    const refs = new Set(bill.components.map(component => component['bom-ref']))
    const asked = new Set(bill.dependencies.flatMap(({ dependsOn }) => dependsOn))
    expect([...asked].filter(ref => !refs.has(ref))).toEqual([])
    expect([...refs].filter(ref => !asked.has(ref))).toEqual([])
    expect(refs.has(bill.metadata.component['bom-ref'])).toBe(false)
    expect(bill.dependencies.find(({ ref }) => ref.startsWith('pkg:npm/onnxruntime-node@'))?.dependsOn).toContainEqual(
      expect.stringContaining('onnxruntime-common'),
    )
  })

  it('gives the same bytes again, and the function no console', async () => {
    const [first, again] = [await billOf('lambda', 'arm64'), await billOf('lambda', 'arm64')]

    expect(again.text).toBe(first.text)
    expect(first.bill.components.map(({ name }) => name)).not.toContain('react')
  })
})
