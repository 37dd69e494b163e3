import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { until } from '../support/until.ts'
import { job, snapshot, whatIf } from './answers.ts'
import { findViolationsInEveryLook, openRig, type Rig, settled } from './rig.ts'

/** Answers of routes are given here, so that every state can be looked at. */
describe('states of the console', () => {
  let rig: Rig
  let context: BrowserContext
  let page: Page
  beforeAll(async () => {
    rig = await openRig()
  })
  afterAll(() => rig?.[Symbol.asyncDispose]())
  beforeEach(async () => {
    context = await rig.browser.newContext()
    page = await context.newPage()
  })
  afterEach(() => context.close())

  const answer = (path: RegExp, body: unknown, status = 200) =>
    page.route(path, route => route.fulfill({ status, contentType: 'application/json', body: JSON.stringify(body) }))
  const open = async (path: string): Promise<void> => {
    await page.goto(rig.url + path)
    await settled(page)
  }

  it('explain a result: in words, by bars, and by what would change it', async () => {
    await answer(/\/whatif$/, whatIf)
    await open(`/m/churn/predict?row=${encodeURIComponent(JSON.stringify({ contract: 'two_year' }))}`)
    const result = page.locator('#result')

    expect(await result.innerText()).toContain(
      '42 %, above the 15 % of an average row. Mainly raised by Contract'.replaceAll(' %', '\u202f%'),
    )
    expect(await result.getByRole('button', { name: /raises by/ }).count()).toBe(2)
    expect(await result.getByRole('button', { name: /lowers by/ }).count()).toBe(1)
    expect(await page.getByLabel('Contract', { exact: true }).innerText()).toContain('Two year · 22\u202f%')
    expect(await findViolationsInEveryLook(page)).toEqual([])
    await result.getByText('Points').click()
    await result.getByText('Waterfall').click()
    const amounts = await result.locator('.bars button .amount').allInnerTexts()
    // from 15 % to 42 % are 27 points, shared out as 0.9 : 0.8 : -0.32
    expect(amounts.map(text => text.split(/\s/).at(-1))).toEqual(['+17.6', '+15.7', '−6.3'])
    await result.getByRole('button', { name: 'Apply Contract → Month-to-month' }).click()
    expect(await page.getByLabel('Contract', { exact: true }).inputValue()).toBe('month-to-month')
    await page.getByRole('button', { name: /^Undo Contract/ }).click()
    expect(await page.getByLabel('Contract', { exact: true }).inputValue()).not.toBe('month-to-month')
  })

  it('find what would cross another threshold in the responses', async () => {
    await answer(/\/whatif$/, whatIf)
    await open('/m/churn/predict?t=0.30')

    await page.getByRole('button', { name: 'Apply Contract → Two year' }).waitFor()
  })

  it('show a prediction without its explanation', async () => {
    await answer(/\/whatif$/, { code: 'no_explanation', detail: 'trees are not explained yet' }, 501)
    await open('/m/churn/predict')

    await page.getByText('The explanation is unavailable').waitFor()
    expect(await page.locator('.probability').innerText()).toMatch(/\d/)
  })

  it('say when the server is too busy, and ask again when it said', async () => {
    let isBusy = true
    await page.route(/\/whatif$/, route =>
      isBusy
        ? route.fulfill({
            status: 429,
            headers: { 'retry-after': '2' },
            contentType: 'application/problem+json',
            body: '{"code":"overloaded","detail":"the work would wait too long","requestId":"request-7"}',
          })
        : route.fulfill({ contentType: 'application/json', body: JSON.stringify(whatIf) }),
    )
    await open('/m/churn/predict')

    await page.getByText('The work would wait too long.').waitFor()
    await page.getByText('Request request-7').waitFor()
    expect(await findViolationsInEveryLook(page)).toEqual([])
    isBusy = false
    await page.locator('.probability', { hasText: '42.0' }).waitFor()
  })

  it('show operations as they come, and their age when they stop', async () => {
    const now = Date.now()
    await answer(/\/operations$/, snapshot(now))
    await page.route(/\/operations\/events$/, route =>
      route.fulfill({
        contentType: 'text/event-stream',
        body: `event: snapshot\ndata: ${JSON.stringify({ ...snapshot(now + 1000, 100), workers: 7 })}\n\n`,
      }),
    )
    await open('/ops')

    await page.getByText('7 worker processes').waitFor()
    await page.getByText('! Degraded').waitFor()
    await page.getByRole('heading', { name: /this would scale out if it lasted/ }).waitFor()
    await page.getByRole('heading', { name: '450 rows were scored in 150 runs: 3 rows a run.' }).waitFor()
    expect(await page.locator('figure:not(:has(details))').count()).toBe(0)
    await page.getByText('Show data: Batch size').click()
    const sizes = page.getByRole('region', { name: 'Table: Batch size' })
    expect((await sizes.locator('tbody tr').allInnerTexts()).slice(0, 5)).toEqual([
      'up to 1\t100',
      'above 1, up to 2\t0',
      'above 2, up to 5\t0',
      'above 5, up to 10\t50',
      'above 10, up to 20\t0',
    ])
    expect(await findViolationsInEveryLook(page)).toEqual([])
    await page.unroute(/\/operations$/)
    await page.route(/\/operations$/, route => route.abort())
    await page.getByText(/The last figures are \d+ s old/).waitFor()
    expect(await findViolationsInEveryLook(page)).toEqual([])
  })

  it('check the columns of a file before it is sent, and take another name for a field', async () => {
    let asked = ''
    await page.route(/\/jobs(\?|$)/, async route => {
      if (route.request().method() === 'POST') asked = route.request().url()
      const body = route.request().method() === 'POST' ? job('running') : { jobs: [job('done')] }
      await route.fulfill({
        status: route.request().method() === 'POST' ? 202 : 200,
        contentType: 'application/json',
        body: JSON.stringify(body),
      })
    })
    await answer(/\/jobs\/job-1$/, job('running'))
    await answer(/\/jobs\/job-1\/events$/, {})
    await open('/m/plans/batch')
    const file = {
      name: 'people.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from('years,spend,plan,city,extra\n20,"1,5",pro,city-1,x\n'),
    }
    await page.locator('input[type=file]').setInputFiles(file)
    await page.getByText('1 of 4 fields are missing: age.').waitFor()
    expect(await page.getByRole('button', { name: /^Score/ }).isDisabled()).toBe(true)
    expect(await findViolationsInEveryLook(page)).toEqual([])
    await page.getByLabel('Column for age').selectOption('years')
    await page.getByText('All 4 fields are there.').waitFor()
    await page.getByRole('button', { name: /^Score/ }).click()

    await page.getByText('customers.csv: being scored').waitFor()
    expect(new URL(asked).searchParams.getAll('map')).toEqual(['years=age'])
    expect(new URL(asked).searchParams.get('model')).toBe('plans')
    expect(await findViolationsInEveryLook(page)).toEqual([])
  })

  it('follow a job after a reload, to its end', async () => {
    await answer(/\/jobs\?/, { jobs: [job('running')] })
    await answer(/\/jobs\/job-1$/, job('running'))
    await answer(/\/jobs\/job-1\/(result|errors)$/, {})
    const asked: (string | null)[] = []
    await page.route(/\/jobs\/job-1\/events$/, async route => {
      asked.push(await route.request().headerValue('last-event-id'))
      // the stream breaks after its first event and is gone on with
      const [id, state] = asked.length === 1 ? [7, 'running' as const] : [8, 'done' as const]
      await route.fulfill({
        contentType: 'text/event-stream',
        body: `id: ${id}\nevent: progress\ndata: ${JSON.stringify(job(state))}\n\n`,
      })
    })
    await open('/m/churn/batch?job=job-1')

    await page.getByText('customers.csv: done').waitFor()
    expect(asked.slice(0, 2)).toEqual([null, '7'])
    await page.getByRole('button', { name: 'Download result' }).waitFor()
    await page.getByRole('button', { name: 'Download errors' }).waitFor()
    expect(await findViolationsInEveryLook(page)).toEqual([])
  })

  it('say why a job failed', async () => {
    await answer(/\/jobs\?/, { jobs: [] })
    await answer(/\/jobs\/job-1$/, job('failed'))
    await open('/m/churn/batch?job=job-1')

    await page.getByText('More than 100 rows could not be scored.').waitFor()
    expect(await findViolationsInEveryLook(page)).toEqual([])
  })

  it('tell how to make a report where there is none', async () => {
    await answer(/\/report$/, { code: 'no_document', detail: 'there is none' }, 404)
    await open('/m/churn/evaluate')
    await page.getByText('This version has no report.').waitFor()
    expect(await findViolationsInEveryLook(page)).toEqual([])

    await open('/m/churn/predict')
    await until(async () => (await page.locator('.probability').innerText()) !== '')
  })
})
