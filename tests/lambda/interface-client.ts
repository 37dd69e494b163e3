import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from '../support/run.ts'

const VERSION = '4.0.2'
const folder = fileURLToPath(new URL(`../../.cache/aws-lambda-ric-${VERSION}`, import.meta.url))

/** The start file of Lambda's own runtime interface client, compiled into a folder of its own where it is not there yet. */
export async function installInterfaceClient(): Promise<string> {
  const entry = join(folder, 'node_modules/aws-lambda-ric/index.mjs')
  if (existsSync(entry)) return entry
  const partial = `${folder}.partial`
  await rm(partial, { recursive: true, force: true })
  await mkdir(partial, { recursive: true })
  await writeFile(
    join(partial, 'package.json'),
    JSON.stringify({ private: true, allowScripts: { 'aws-lambda-ric': true } }),
  )
  // Debian's headers where they are installed; otherwise node-gyp fetches those of this Node
  const headers = existsSync('/usr/include/node/node_version.h') ? { npm_config_nodedir: '/usr' } : {}
  const { code, stdout, stderr } = await run(
    'npm',
    ['install', '--no-audit', '--no-fund', '--foreground-scripts', `aws-lambda-ric@${VERSION}`],
    { cwd: partial, env: { ...process.env, ...headers } },
  )
  if (code !== 0) throw new Error(`aws-lambda-ric cannot be installed:\n${stdout.slice(-4_000)}${stderr.slice(-4_000)}`)
  await rename(partial, folder)
  return entry
}
