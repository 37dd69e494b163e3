import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '../support/free-port.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { launchOurs } from './contestants.ts'
import { coresFor } from './pinning.ts'
import { root, startServer } from './server-process.ts'
import { median } from './statistics.ts'

export type ColdStart = {
  /** What was started, and how it differs. */
  readonly entry: string
  readonly milliseconds: readonly number[]
  readonly median: number
}

const BUNDLE = 'dist/container/main.js'
const MANY = 1000
/** Where the image has the scripts that V8 compiled, beside the program. */
const compiled = { NODE_COMPILE_CACHE: join(root, 'dist/container/compiled') }

/**
 * The container's entry from `node` starting to `/health/ready` saying yes, the churn bundle loaded and checked: the bundle as the image
 * has it, built and started once here, first, since that is what the target is for; without compiled scripts; with a repository of a
 * thousand models; and the sources. A Node that starts and ends with nothing to do is measured beside them, in turns.
 */
export async function measureColdStarts(times: number): Promise<ColdStart[]> {
  await runNode([join(root, 'runtimes/container/build.ts')])
  await startOnce()
  await using many = await copyModel(MANY)
  const starts: Readonly<Record<string, () => Promise<number>>> = {
    [BUNDLE]: () => startAndStop(BUNDLE, compiled),
    [`${BUNDLE}, nothing compiled before`]: () => startAndStop(BUNDLE),
    [`${BUNDLE}, ${MANY} models`]: () => startAndStop(BUNDLE, { ...compiled, MODEL_REPOSITORY: many.path }),
    'runtimes/container/main.ts': () => startAndStop('runtimes/container/main.ts'),
    'node -e 0': () => timeOf(() => runNode(['-e', '0'])),
  }
  const measured = Object.entries(starts).map(([entry, start]) => ({ entry, start, milliseconds: [] as number[] }))
  for (let time = 0; time < times; time++)
    for (const { start, milliseconds } of measured) milliseconds.push(await start())
  return measured.map(({ entry, milliseconds }) => ({ entry, milliseconds, median: median(milliseconds) }))
}

/** As the Dockerfile does. */
async function startOnce(): Promise<void> {
  const { args, env } = launchOurs(compiled)(await freePort())
  const preload = ['--import', join(root, 'runtimes/container/start-once.ts')]
  await runNode([...preload, ...args.slice(0, -1), join(root, BUNDLE)], env)
}

/** Answers the milliseconds until it was ready. */
async function startAndStop(entry: string, settings: Readonly<Record<string, string>> = {}): Promise<number> {
  const launch = launchOurs(settings)
  const started = performance.now()
  const server = await startServer(
    port => {
      const { args, ...others } = launch(port)
      return { ...others, args: [...args.slice(0, -1), join(root, entry)] }
    },
    { cores: coresFor(1), readyPath: '/health/ready' },
  )
  const milliseconds = performance.now() - started
  await server.stop()
  return milliseconds
}

/** A repository of so many models, each the churn bundle under a name of its own. */
async function copyModel(times: number) {
  const folder = await temporaryFolder()
  const churn = join(root, 'models/churn/1')
  const manifest = JSON.parse(await readFile(join(churn, 'manifest.json'), 'utf8'))
  for (let model = 0; model < times; model++) {
    const bundle = join(folder.path, `model_${model}`, '1')
    await cp(churn, bundle, { recursive: true })
    await writeFile(join(bundle, 'manifest.json'), JSON.stringify({ ...manifest, name: `model_${model}` }))
  }
  return folder
}

async function timeOf(work: () => Promise<void>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

async function runNode(args: readonly string[], settings: NodeJS.ProcessEnv = {}): Promise<void> {
  const env = { ...process.env, ...settings }
  const [code] = await once(spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'inherit'] }), 'exit')
  if (code !== 0) throw new Error(`node ${args.join(' ')} ended with ${code}`)
}
