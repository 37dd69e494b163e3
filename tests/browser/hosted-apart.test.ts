import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { expect, it } from 'vitest'
import { openServerHost, root } from '../support/host.ts'
import { run } from '../support/run.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { openBrowser, visit } from './rig.ts'

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' }

/** Plain files as a bucket behind a content delivery network serves them: what is no file is the document. */
async function serveFiles(folder: string) {
  const server = createServer(async ({ url = '/' }, response) => {
    const path = new URL(url, 'http://localhost').pathname
    const file = extname(path) === '' ? '/index.html' : path
    const bytes = await readFile(join(folder, file)).catch(() => undefined)
    response.writeHead(bytes === undefined ? 404 : 200, { 'content-type': TYPES[extname(file)] ?? 'image/svg+xml' })
    response.end(bytes)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: () => new Promise<void>(resolve => void server.close(() => resolve())),
  }
}

it('is plain files that ask an API of another origin, which allows theirs', async () => {
  await using folder = await temporaryFolder()
  const out = join(folder.path, 'static')
  await using files = await serveFiles(out)
  const host = await openServerHost({ CORS_ORIGINS: files.url, DEFAULT_MODEL: 'churn' })
  await using browser = await openBrowser()
  const built = await run(process.execPath, [join(root, 'runtimes/web/build.ts'), '--out', out], {
    env: { ...process.env, API_ORIGIN: host.url },
  })
  expect(built.code, built.stderr).toBe(0)
  const context = await browser.newContext()
  const { page, complaints, origins } = await visit(context, `${files.url}/m/churn/predict`)
  const before = await page.locator('.probability').innerText()
  await page.getByLabel('Contract', { exact: true }).selectOption('two_year')
  await page.waitForFunction(shown => document.querySelector('.probability')?.textContent !== shown, before)

  expect(origins).toEqual(new Set([files.url, host.url]))
  expect(complaints.filter(text => !/status of (404|501)/.test(text))).toEqual([])
  await host.close()
})
