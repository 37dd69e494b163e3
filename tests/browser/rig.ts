import { join } from 'node:path'
import axe from 'axe-core'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

import { inject } from 'vitest'
import { openServerHost, root } from '../support/host.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'

export const consoleFolder = join(root, 'dist', 'console')

/** A real server with the built console, the churn bundle and two different models: trees over three classes, and an estimate of a number. */
export type Rig = AsyncDisposable & {
  readonly url: string
  readonly browser: Browser
}

/** The server of `openRig` without a browser. */
export type Served = AsyncDisposable & { readonly url: string }

export async function openRig(): Promise<Rig> {
  await using resources = new AsyncDisposableStack()
  const { url } = resources.use(await serveConsole())
  const browser = resources.use(await openBrowser())
  const owned = resources.move()
  return { url, browser, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

export async function serveConsole(environment: Readonly<Record<string, string>> = {}): Promise<Served> {
  await using resources = new AsyncDisposableStack()
  const data = resources.use(await temporaryFolder())
  const host = await openServerHost({
    MODEL_REPOSITORY: inject('models'),
    CONSOLE_DIR: consoleFolder,
    DATA_DIR: data.path,
    DEFAULT_MODEL: 'churn',
    ...environment,
  })
  resources.defer(() => host.close())
  const owned = resources.move()
  return { url: host.url, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  })
}

/** Sends a record that no model takes, and waits until it is a dead letter. */
export async function sendDeadLetter(url: string, id: string): Promise<void> {
  const headers = { 'content-type': 'application/json', 'idempotency-key': id }
  await fetch(`${url}/streams/churn/records`, { method: 'POST', headers, body: '{"contract":"weekly"}' })
  await until(async () => {
    const { deadLetters } = (await (await fetch(`${url}/dead-letters`)).json()) as { deadLetters: { id: string }[] }
    return deadLetters.some(letter => letter.id === id)
  })
}

export type Visit = { readonly page: Page; readonly complaints: string[]; readonly origins: Set<string> }

/** Opens a page and notes what its console says and which origins it asks. */
export async function visit(context: BrowserContext, address: string): Promise<Visit> {
  const page = await context.newPage()
  const complaints: string[] = []
  const origins = new Set<string>()
  page.on('console', message => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('pageerror', error => complaints.push(error.message))
  page.on('request', request => {
    const { protocol, origin } = new URL(request.url())
    if (protocol.startsWith('http')) origins.add(origin)
  })
  await page.goto(address)
  await settled(page)
  return { page, complaints, origins }
}

/** When a heading is there and nothing is loading any more. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor()
  await page.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null)
}

const LOOKS = [
  { name: 'light', colorScheme: 'light', viewport: { width: 1280, height: 900 } },
  { name: 'dark', colorScheme: 'dark', viewport: { width: 1280, height: 900 } },
  { name: 'at 390 px', colorScheme: 'light', viewport: { width: 390, height: 844 } },
] as const

/** What axe finds wrong in the state that a page is in: light, dark and on a phone. */
export async function findViolationsInEveryLook(page: Page): Promise<string[]> {
  const found: string[] = []
  for (const { name, colorScheme, viewport } of LOOKS) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.setViewportSize(viewport)
    found.push(...(await findViolations(page)).map(violation => `${name}: ${violation}`))
  }
  await page.emulateMedia({ colorScheme: LOOKS[0].colorScheme })
  await page.setViewportSize(LOOKS[0].viewport)
  return found
}

/** What axe finds wrong by WCAG 2.2 AA and its own best practice: rule and place. */
async function findViolations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run(document, {
      // nothing is told of what passes: half the time of a run
      resultTypes: ['violations'],
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }),
  )
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} at ${target}: ${failureSummary}`),
  )
}
