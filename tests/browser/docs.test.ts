import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openRig, type Rig } from './rig.ts'

describe('the API description in a browser', () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await openRig()
  })
  afterAll(() => rig?.[Symbol.asyncDispose]())

  it('shows the routes of this server and of its models, and asks nobody else', async () => {
    const page = await rig.browser.newPage()
    const complaints: string[] = []
    const origins = new Set<string>()
    page.on('console', message => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    page.on('request', request => {
      if (request.url().startsWith('http')) origins.add(new URL(request.url()).origin)
    })

    await page.goto(`${rig.url}/docs`)
    await page.locator('.opblock').first().waitFor()

    const paths = await page.locator('.opblock-summary-path').allInnerTexts()
    expect(paths.map(path => path.replaceAll('\u200b', ''))).toEqual(
      expect.arrayContaining(['/predict', '/models/churn/predict', '/v2/models/{name}/infer']),
    )
    expect([...origins]).toEqual([rig.url])
    expect(complaints).toEqual([])
    await page.close()
  })
})
