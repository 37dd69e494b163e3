import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import axe from 'axe-core'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { openServerHost, repository } from '../support/host.ts'
import { run } from '../support/run.ts'
import { runCli } from '../support/run-cli.ts'
import { someRecords } from '../support/small-dataset.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
export const consoleFolder = join(root, 'dist', 'console')

/** A real server with the built console, the churn bundle and two different models: trees over three classes, and an estimate of a number. */
export type Rig = AsyncDisposable & {
  readonly url: string
  readonly browser: Browser
}

export async function openRig(environment: Readonly<Record<string, string>> = {}): Promise<Rig> {
  await using resources = new AsyncDisposableStack()
  const folder = resources.use(await temporaryFolder())
  const built = await run(process.execPath, [join(root, 'runtimes/web/build.ts'), '--if-newer'])
  if (built.code !== 0) throw new Error(`the console cannot be built:\n${built.stderr}`)
  const models = join(folder.path, 'models')
  await cp(join(repository, 'churn'), join(models, 'churn'), { recursive: true })
  await trainPlans(models, folder.path)
  await trainPrices(models, folder.path)
  const host = await openServerHost({
    MODEL_REPOSITORY: models,
    DEFAULT_MODEL: 'churn',
    DATA_DIR: join(folder.path, 'data'),
    CONSOLE_DIR: consoleFolder,
    ...environment,
  })
  resources.defer(() => host.close())
  const browser = resources.use(await openBrowser())
  const owned = resources.move()
  return { url: host.url, browser, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  })
}

/** Which plan a customer takes, of three; a city has more values than a select shows, and a field has a title that is markup. */
async function trainPlans(models: string, folder: string): Promise<void> {
  const cities = Array.from({ length: 20 }, (_, index) => `city-${index}`)
  const lines = someRecords(600, ['basic', 'plus', 'pro']).map(([age, spend, plan, target], index) =>
    [age, spend, plan, cities[index % cities.length], target].join(','),
  )
  const data = join(folder, 'plans.csv')
  await writeFile(data, ['age,spend,plan,city,next', ...lines].join('\n'))
  await mkdir(join(models, 'plans'), { recursive: true })
  const titles = [{ name: 'age', title: '<img src=x onerror=alert(1)>', actionable: true }]
  await writeFile(join(models, 'plans', 'features.json'), JSON.stringify(titles))
  const { code, stderr } = await runCli(
    'train',
    data,
    '--target',
    'next',
    '--algorithm',
    'trees',
    '--cv',
    '0',
    '--out',
    join(models, 'plans'),
  )
  if (code !== 0) throw new Error(`the second model cannot be trained:\n${stderr}`)
}

/** What a customer pays a year: a number in dollars. */
async function trainPrices(models: string, folder: string): Promise<void> {
  const lines = someRecords(300, ['any']).map(([age, spend, plan]) =>
    [age, spend, plan, Number(age) * 100 + Number(spend) * 12].join(','),
  )
  const data = join(folder, 'prices.csv')
  await writeFile(data, ['age,spend,plan,paid', ...lines].join('\n'))
  const { code, stderr } = await runCli('train', data, '--target', 'paid', '--cv', '0', '--out', join(models, 'prices'))
  if (code !== 0) throw new Error(`the third model cannot be trained:\n${stderr}`)
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

export const LOOKS = [
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
export async function findViolations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }),
  )
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} at ${target}: ${failureSummary}`),
  )
}
