import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Checkout, openCheckout } from './checkout.ts'
import { type Finding, type ToolName, tools } from './tools.ts'
import { violations } from './violations.ts'

const planted = Object.values(violations).flat()

describe('the fences', () => {
  const found = new Map<string, readonly Finding[]>()
  let checkout: Checkout
  beforeAll(async () => {
    checkout = await openCheckout()
    // each tool sees only what it should object to: a file that imports an adapter would bring Node's types into core
    for (const [name, tool] of Object.entries(tools)) {
      const own = planted.filter(({ barks }) => name in barks)
      const files = Object.fromEntries(own.map(({ file, source }) => [file, source]))
      found.set(name, await checkout.with(files, () => tool(checkout.folder)))
    }
  }, 60_000)
  afterAll(() => checkout[Symbol.asyncDispose]())

  describe.each(Object.entries(violations))('%s', (_, ofRule) => {
    const cases = ofRule.flatMap(({ file, barks }) =>
      Object.entries(barks).map(([tool, rule]) => ({ file, tool, rule })),
    )

    it.each(cases)('$tool rejects $file as $rule', ({ file, tool, rule }) => {
      expect(found.get(tool)).toContainEqual({ file, rule })
    })
  })

  it.each(Object.keys(tools) as ToolName[])('%s objects to nothing else', tool => {
    const strangers = found.get(tool)?.filter(({ file }) => planted.every(violation => violation.file !== file))

    expect(strangers).toEqual([])
  })

  it('core declares no dependency of any kind', async () => {
    const manifest = JSON.parse(await readFile(new URL('../../core/package.json', import.meta.url), 'utf8'))

    expect(Object.keys(manifest).filter(key => key.endsWith('ependencies'))).toEqual(['dependencies'])
    expect(manifest.dependencies).toEqual({})
  })
})
