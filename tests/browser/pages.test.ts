import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { consoleFolder, findViolations, LOOKS, openRig, type Rig, sendDeadLetter, visit } from './rig.ts'

const PAGES = [
  '/m/churn/predict',
  '/m/plans/predict',
  '/m/prices/predict',
  '/m/churn/9/predict',
  '/m/churn/batch',
  '/m/churn/evaluate',
  '/m/plans/evaluate',
  '/m/prices/evaluate',
  '/m/churn/card',
  '/m',
  '/ops',
  '/ops/dead-letters',
  '/ops/dead-letters?code=invalid_id',
  '/calls',
]

/** The first route's budget, compressed. */
const FIRST_ROUTE_BYTES = 180 * 1024
const OTHER_ROUTE_BYTES = 40 * 1024
const STYLE_BYTES = 12 * 1024

describe('every page of the console', () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await openRig()
    await sendDeadLetter(rig.url, 'order-1')
  })
  afterAll(() => rig?.[Symbol.asyncDispose]())

  for (const { name, ...look } of LOOKS)
    it(`has nothing that axe objects to, ${name}`, async () => {
      const context = await rig.browser.newContext(look)
      const found: string[] = []
      for (const path of PAGES) {
        const { page } = await visit(context, rig.url + path)
        found.push(...(await findViolations(page)).map(violation => `${path}: ${violation}`))
        await page.close()
      }
      await context.close()

      expect(found).toEqual([])
    })

  it('needs no sideways scroll at 320 px', async () => {
    const context = await rig.browser.newContext({ viewport: { width: 320, height: 700 } })
    const wide: string[] = []
    for (const path of PAGES) {
      const { page } = await visit(context, rig.url + path)
      const width = await page.evaluate(() => document.documentElement.scrollWidth)
      if (width > 320) wide.push(`${path}: ${width}`)
      await page.close()
    }
    await context.close()

    expect(wide).toEqual([])
  })

  it('asks its own origin alone and breaks no rule of its content security policy', async () => {
    const context = await rig.browser.newContext()
    for (const path of PAGES) {
      const { page, complaints, origins } = await visit(context, rig.url + path)
      // what is not there answers 404, which the browser notes as an error
      const own = complaints.filter(text => !/status of (404|501)/.test(text))

      expect([...origins], path).toEqual([rig.url])
      expect(own, path).toEqual([])
      await page.close()
    }
    await context.close()
  })

  it('loads little: the first route within 180 KB of script, others within 40 KB, styles within 12 KB', async () => {
    const html = await readFile(join(consoleFolder, 'index.html'), 'utf8')
    const first = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(([, file = '']) => file)
    const size = async (file: string) => (await stat(join(consoleFolder, `${file}.gz`))).size
    const total = async (ending: string) => {
      const sizes = await Promise.all(first.filter(file => file.endsWith(ending)).map(size))
      return sizes.reduce((sum, bytes) => sum + bytes, 0)
    }
    const context = await rig.browser.newContext()
    const { page } = await visit(context, `${rig.url}/m/churn/predict`)
    const before = await scriptsOf(page)
    const scripts = await Promise.all([...before].map(path => size(path.slice(1))))

    expect(scripts.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(FIRST_ROUTE_BYTES)
    expect(await total('.css')).toBeLessThan(STYLE_BYTES)
    for (const path of PAGES) {
      const { page: other } = await visit(context, rig.url + path)
      const more = [...(await scriptsOf(other))].filter(script => !before.has(script))
      const sizes = await Promise.all(more.map(script => size(script.slice(1))))
      expect(
        sizes.reduce((sum, bytes) => sum + bytes, 0),
        path,
      ).toBeLessThan(OTHER_ROUTE_BYTES)
      await other.close()
    }
    await context.close()
  })
})

async function scriptsOf(page: Awaited<ReturnType<typeof visit>>['page']): Promise<Set<string>> {
  const names = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name))
  return new Set(names.map(name => new URL(name).pathname).filter(path => path.endsWith('.js')))
}
