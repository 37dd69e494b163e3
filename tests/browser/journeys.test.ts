import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { repository } from '../support/host.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'
import { findViolationsInEveryLook, openRig, type Rig, sendDeadLetter, serveConsole, settled, visit } from './rig.ts'

describe('what people do in the console', () => {
  let rig: Rig
  let context: BrowserContext
  beforeAll(async () => {
    rig = await openRig()
  })
  afterAll(() => rig?.[Symbol.asyncDispose]())
  beforeEach(async () => {
    context = await rig.browser.newContext()
  })
  afterEach(() => context.close())

  const open = async (path: string): Promise<Page> => (await visit(context, rig.url + path)).page
  const shown = (page: Page) => page.locator('.probability').innerText()

  it('shows a browser the console at /, and everyone else the welcome', async () => {
    const page = await open('/')
    const asked = async (accept: string) => (await fetch(rig.url, { headers: { accept } })).text()

    expect(new URL(page.url()).pathname).toBe('/m/churn/predict')
    expect(await asked('*/*')).toBe('Welcome to the Churn Prediction API')
    expect(await asked('application/json')).toBe('Welcome to the Churn Prediction API')
  })

  it('keeps assets for ever, pages never, under a policy without unsafe sources', async () => {
    const page = await fetch(`${rig.url}/m/churn/predict`)
    const [, script = ''] = /src="(\/assets\/[^"]+)"/.exec(await page.text()) ?? []
    const asset = await fetch(rig.url + script)

    expect(page.headers.get('cache-control')).toBe('no-cache')
    expect(page.headers.get('content-security-policy')).toContain(
      "default-src 'none'; script-src 'self'; style-src 'self'",
    )
    expect(page.headers.get('content-security-policy')).not.toContain('unsafe')
    expect(asset.headers.get('cache-control')).toContain('immutable')
    expect(asset.headers.get('content-type')).toContain('javascript')
    expect((await fetch(`${rig.url}/assets/..%2f..%2fpackage.json`)).status).toBe(404)
  })

  it('answers a changed row with what /predict answers', async () => {
    const page = await open('/m/churn/predict')
    const before = await shown(page)
    await page.getByLabel('Contract', { exact: true }).selectOption('two_year')
    await page.getByRole('spinbutton', { name: 'Tenure (months)' }).fill('40')
    const after = await until(async () => (await shown(page)) !== before && (await shown(page)))
    const row = await rowOf(page)
    const answer = (await (
      await fetch(`${rig.url}/predict`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(row),
      })
    ).json()) as { churn_probability: number }

    expect(row).toMatchObject({ contract: 'two_year', tenure: 40 })
    await until(async () => Number.parseFloat(await shown(page)) === Math.round(answer.churn_probability * 1000) / 10)
    expect(after).not.toBe(before)
  })

  it('explains a row with what /explain says of it, and applies a change that turns the decision', async () => {
    const page = await open(`/m/churn/predict?row=${encodeURIComponent(await exampleRow())}`)
    const response = await fetch(`${rig.url}/models/churn/explain`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(await rowOf(page)),
    })
    const { explained } = (await response.json()) as { explained: { contributions: { contribution: number }[] }[] }
    const most = Math.abs(explained[0]?.contributions[0]?.contribution ?? Number.NaN)
    const first = page
      .locator('#result')
      .getByRole('button', { name: /(raises|lowers) by/ })
      .first()
    expect(await first.innerText()).toContain(most.toFixed(2))
    const decision = page.locator('.headline .badge')
    expect(await decision.innerText()).toContain('churn: yes')
    await page
      .getByRole('button', { name: /^Apply / })
      .first()
      .click()

    await decision.filter({ hasText: 'churn: no' }).waitFor()
  })

  it('is worked by keyboard alone: a slider moves the result, r brings the row back', async () => {
    const page = await open('/m/churn/predict')
    const before = await shown(page)
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('To the content')
    await page.getByLabel('Tenure, slider').focus()
    await page.keyboard.press('End')
    await until(async () => (await shown(page)) !== before)
    await page.keyboard.press('r')

    await until(async () => (await shown(page)) === before)
  })

  it('is worked by keyboard alone: a choice, a change that is applied and undone, the threshold', async () => {
    const page = await open('/m/churn/predict')
    const press = async (name: string | RegExp, ...keys: readonly string[]) => {
      await page.getByRole('button', { name }).first().focus()
      for (const key of keys) await page.keyboard.press(key)
    }
    await page.getByRole('radio', { name: 'Waterfall' }).focus()
    await page.keyboard.press('Space')
    const before = await shown(page)
    await press(/^Apply /, 'Enter')
    await until(async () => (await shown(page)) !== before)
    await press(/^Undo /, 'Enter')
    await until(async () => (await shown(page)) === before)
    await page.keyboard.press('Escape')
    await page.keyboard.press('[')

    expect(await page.getByRole('radio', { name: 'Waterfall' }).isChecked()).toBe(true)
    await until(async () => new URL(page.url()).searchParams.get('t') === '0.49')
  })

  it('shows an estimate as a number, not as a percentage', async () => {
    const page = await open('/m/prices/predict')
    const row = await rowOf(page)
    const body = JSON.stringify(row)
    const headers = { 'content-type': 'application/json' }
    const { paid } = (await (
      await fetch(`${rig.url}/models/prices/predict`, { method: 'POST', headers, body })
    ).json()) as { paid: number }

    expect(await shown(page)).toBe(Math.round(paid).toLocaleString('en-US'))
    expect(await page.getByLabel('plan', { exact: true }).innerText()).not.toContain('%')
  })

  it('scores a file, shows what came out, and runs the rows again that failed', async () => {
    const page = await open('/m/churn/batch')
    const example = JSON.parse(await exampleRow()) as Readonly<Record<string, string | number>>
    const columns = Object.keys(example)
    const good = Object.values(example)
    const bad = good.map((cell, at) => (columns[at] === 'contract' ? 'weekly' : cell))
    const lines = [columns, good, bad, good].map(cells => cells.join(',')).join('\n')
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'three.csv', mimeType: 'text/csv', buffer: Buffer.from(lines) })
    await page.getByRole('button', { name: /^Score/ }).click()
    await page.getByText('three.csv: done').waitFor()
    await page.getByText('line 3: contract must be one of').waitFor()

    const cells = await page.getByRole('region', { name: 'Table: Highest scores' }).locator('tbody tr').allInnerTexts()
    expect(cells.map(text => text.split('\t').slice(0, 2))).toEqual([
      ['1', '68.1\u202f%'],
      ['3', '68.1\u202f%'],
    ])
    expect(await findViolationsInEveryLook(page)).toEqual([])
    await page.getByRole('button', { name: 'Run 1 failed row again' }).click()
    await page.getByText('Check the columns of failed-three.csv').waitFor()
  })

  it('keeps the threshold in the address and in the decision', async () => {
    const page = await open('/m/churn/predict?t=0.99')
    expect(await page.locator('.headline .badge').innerText()).toContain('churn: no')
    await page.getByLabel('Decision threshold').focus()
    await page.keyboard.press('Home')

    await page.locator('.headline .badge', { hasText: 'churn: yes' }).waitFor()
    expect(new URL(page.url()).searchParams.get('t')).toBe('0.00')
  })

  it('says what is wrong with a value and sends nothing', async () => {
    const page = await open('/m/churn/predict')
    const before = await shown(page)
    await page.getByRole('spinbutton', { name: 'Tenure (months)' }).fill('-3')
    await page.getByText('At least 0.').waitFor()

    expect(await page.getByRole('spinbutton', { name: 'Tenure (months)' }).getAttribute('aria-invalid')).toBe('true')
    expect(await shown(page)).toBe(before)
    expect(await findViolationsInEveryLook(page)).toEqual([])
  })

  it('shows what the server says of a row that it refuses', async () => {
    const page = await open('/m/churn/predict?row={"contract":"weekly"}')
    await page.getByText('The server does not take this row').waitFor()

    expect(await page.locator('#field-contract-problem').innerText()).toContain('month-to-month')
    expect(await findViolationsInEveryLook(page)).toEqual([])
  })

  it('takes a pasted row, as JSON or CSV', async () => {
    const page = await open('/m/churn/predict')
    await page.getByRole('button', { name: 'Paste row' }).click()
    await page.getByRole('textbox', { name: 'Row' }).fill('tenure,contract\n7,two_year')
    expect(await findViolationsInEveryLook(page)).toEqual([])
    await page.getByRole('button', { name: 'Use row' }).click()

    await until(async () => (await page.getByRole('spinbutton', { name: 'Tenure (months)' }).inputValue()) === '7')
    expect(await page.getByLabel('Contract', { exact: true }).inputValue()).toBe('two_year')
  })

  it('serves a model it has never heard of, with its titles as text', async () => {
    const page = await open('/m/plans/predict')
    const alerts: string[] = []
    page.on('dialog', dialog => alerts.push(dialog.message()))
    const before = await shown(page)
    await page.getByRole('combobox', { name: 'city' }).fill('city-19')
    await page.getByRole('option', { name: 'city-19' }).click()
    await page.getByLabel('<img src=x onerror=alert(1)>, slider').focus()
    await page.keyboard.press('End')

    await until(async () => (await shown(page)) !== before)
    expect(await page.locator('.headline .badge').innerText()).toMatch(/next: (basic|plus|pro)/)
    expect(alerts).toEqual([])
  })

  it('moves every picture of the evaluation with one threshold', async () => {
    const page = await open('/m/churn/evaluate?t=0.50')
    const read = () => page.locator('.confusion td strong').allInnerTexts()
    expect(await read()).toEqual(['204', '144', '121', '940'])
    expect(await page.locator('figure:not(:has(details))').allInnerTexts()).toEqual([])
    await page.getByRole('slider', { name: /^ROC curve/ }).focus()
    await page.keyboard.press('End')

    expect(new URL(page.url()).searchParams.get('t')).toBe('1.00')
    expect(await read()).toEqual(['0', '348', '0', '1,061'])
    await page.getByRole('button', { name: 'The model’s · 0.50' }).click()
    expect(await read()).toEqual(['204', '144', '121', '940'])
  })

  it('inspects, tries, sends back and discards dead letters by keyboard', async () => {
    for (const id of ['letter-1', 'letter-2']) await sendDeadLetter(rig.url, id)
    const page = await open('/ops/dead-letters')
    const press = async (name: string | RegExp) => {
      await page.getByRole('button', { name }).focus()
      await page.keyboard.press('Enter')
    }
    await press('Inspect letter-1')
    await page.getByRole('dialog').getByText('weekly').first().waitFor()
    await page.waitForTimeout(300)
    expect(await findViolationsInEveryLook(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await press('Redrive all')
    await page.getByText('Dry run: 0 of 2 would pass now.').waitFor()
    expect(await findViolationsInEveryLook(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.getByLabel('Choose letter-2').focus()
    await page.keyboard.press('Space')
    await press('Discard 1 chosen')
    const confirm = page.getByRole('dialog').getByRole('button', { name: 'Discard' })
    expect(await confirm.isDisabled()).toBe(true)
    expect(await findViolationsInEveryLook(page)).toEqual([])
    await page.getByLabel('Type 1 to confirm').fill('1')
    await page.keyboard.press('Enter')

    await page.getByText('1 discarded.').waitFor()
    await until(async () => (await page.getByText('letter-2').count()) === 0)
  })

  it('says when the server is gone, keeps what it shows, and goes on when it is back', async () => {
    const page = await open('/m/churn/predict')
    const before = await shown(page)
    await context.setOffline(true)
    await page.getByRole('spinbutton', { name: 'Tenure (months)' }).fill('2')
    await page.getByText('The server cannot be reached').first().waitFor()
    expect(await shown(page)).toBe(before)
    expect(await findViolationsInEveryLook(page)).toEqual([])
    await context.setOffline(false)
    await page.getByRole('spinbutton', { name: 'Tenure (months)' }).fill('60')

    await until(async () => (await shown(page)) !== before)
  })

  it('remembers the colours somebody chose', async () => {
    const page = await open('/m/churn/predict')
    await page.getByLabel('Dark').first().check()
    await page.reload()
    await settled(page)

    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(15, 20, 25)')
  })

  it('goes where single keys say, unless they are switched off', async () => {
    const page = await open('/m/churn/predict')
    await page.keyboard.press('?')
    await page.getByRole('dialog').getByText('Keyboard').waitFor()
    await page.waitForTimeout(300)
    expect(await findViolationsInEveryLook(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.keyboard.press('g')
    await page.keyboard.press('e')

    await page.waitForURL('**/evaluate')
  })

  it('tells how to get a model where there is none', async () => {
    await using empty = await temporaryFolder()
    await using served = await serveConsole({ MODEL_REPOSITORY: empty.path, DEFAULT_MODEL: '' })
    const { page } = await visit(context, served.url)

    expect(await page.locator('pre').innerText()).toContain('npx scaling-mlops train')
    expect(await findViolationsInEveryLook(page)).toEqual([])
  })

  it('asks for the operator key and goes on with it', async () => {
    await using served = await serveConsole({ API_KEYS: 'a-key-of-sixteen-characters' })
    const { page } = await visit(context, `${served.url}/ops/dead-letters`)
    await page.getByRole('button', { name: 'Enter key' }).click()
    // who types slowly is not disturbed by the page, which asks every five seconds
    await page.waitForTimeout(6000)
    await page.getByLabel('Key', { exact: true }).fill('a-key-of-sixteen-characters')
    expect(await findViolationsInEveryLook(page)).toEqual([])
    await page.getByRole('button', { name: 'Use key' }).click()

    await page.getByText('There are no dead letters.').waitFor()
  })
})

/** A customer who is likely to leave. */
const exampleRow = (): Promise<string> => readFile(join(repository, 'churn', 'example.json'), 'utf8')

/** The row of the page, from the link that it copies. */
async function rowOf(page: Page): Promise<unknown> {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.getByRole('button', { name: 'Copy link' }).click()
  await page.getByText('Link copied.').waitFor()
  const link = await page.evaluate(() => navigator.clipboard.readText())
  return JSON.parse(new URL(link).searchParams.get('row') ?? 'null')
}
