import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  consoleFolder,
  findViolationsInEveryLook,
  openRig,
  type Rig,
  sendDeadLetter,
  type Visit,
  visit,
} from './rig.ts'

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
  let context: BrowserContext
  beforeAll(async () => {
    rig = await openRig()
    context = await rig.browser.newContext()
    await sendDeadLetter(rig.url, 'order-1')
  })
  afterAll(() => rig?.[Symbol.asyncDispose]())

  for (const path of PAGES)
    describe(path, () => {
      let visited: Visit
      beforeAll(async () => {
        visited = await visit(context, rig.url + path)
      })
      afterAll(() => visited?.page.close())

      it('has nothing that axe objects to: light, dark and at 390 px', async () => {
        expect(await findViolationsInEveryLook(visited.page)).toEqual([])
      })

      it('needs no sideways scroll at 320 px', async () => {
        await visited.page.setViewportSize({ width: 320, height: 700 })

        expect(await visited.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
      })

      it('asks its own origin alone and breaks no rule of its content security policy', () => {
        // what is not there answers 404, which the browser notes as an error
        expect(visited.complaints.filter(text => !/status of (404|501)/.test(text))).toEqual([])
        expect([...visited.origins]).toEqual([rig.url])
      })

      it('loads at most 40 KB of script beyond the first route', async () => {
        const first = await scriptsOfFirstRoute()
        const more = [...(await scriptsOf(visited.page))].filter(script => !first.has(script))

        expect(await compressed(more)).toBeLessThan(OTHER_ROUTE_BYTES)
      })
    })

  it('begins with at most 180 KB of script and 12 KB of styles', async () => {
    const html = await readFile(join(consoleFolder, 'index.html'), 'utf8')
    const styles = [...html.matchAll(/href="(\/assets\/[^"]+\.css)"/g)].map(([, file = '']) => file)

    expect(await compressed([...(await scriptsOfFirstRoute())])).toBeLessThan(FIRST_ROUTE_BYTES)
    expect(styles.length).toBeGreaterThan(0)
    expect(await compressed(styles)).toBeLessThan(STYLE_BYTES)
  })

  let first: Set<string> | undefined
  async function scriptsOfFirstRoute(): Promise<Set<string>> {
    if (first === undefined) {
      const { page } = await visit(context, `${rig.url}/m/churn/predict`)
      first = await scriptsOf(page)
      await page.close()
    }
    return first
  }
})

async function compressed(paths: readonly string[]): Promise<number> {
  const sizes = await Promise.all(paths.map(async path => (await stat(join(consoleFolder, `${path}.gz`))).size))
  return sizes.reduce((sum, bytes) => sum + bytes, 0)
}

async function scriptsOf(page: Page): Promise<Set<string>> {
  const names = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name))
  return new Set(names.map(name => new URL(name).pathname).filter(path => path.endsWith('.js')))
}
