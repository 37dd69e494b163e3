import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describePredictionApi } from '../behaviour/prediction-api.ts'
import { aRow, json } from '../support/churn.ts'
import type { Environment } from '../support/host.ts'
import { until } from '../support/until.ts'
import type { ImageConfiguration, RunningContainer } from './engine.ts'
import { findEngine } from './find-engine.ts'

const BASE = 'node:24-bookworm-slim'
const project = fileURLToPath(new URL('../..', import.meta.url))
const tag = `scaling-mlops-image-test-${process.pid}`

const engine = await findEngine()
const without = 'neither docker nor podman runs here, nor are buildah and debootstrap there for root'
if (engine === undefined && process.env.CI) throw new Error(`the image cannot be tested: ${without}`)

if (engine === undefined) console.warn(`skipped: ${without}`)

describe.runIf(engine)(`the image (by ${engine?.name})`, () => {
  if (engine === undefined) return
  let configuration: ImageConfiguration
  let added: Map<string, number>

  beforeAll(async () => {
    await engine.build(project, tag)
    configuration = await engine.inspect(tag)
    const base = await engine.files(BASE)
    added = new Map([...(await engine.files(tag))].filter(([path, bytes]) => base.get(path) !== bytes))
  }, 900_000)

  afterAll(() => engine.remove(tag), 60_000)

  const start = async (environment: Environment): Promise<RunningContainer> => {
    const container = await engine.start(tag, environment)
    await untilReady(container).catch(async error => {
      await container.stop()
      throw error
    })
    return container
  }

  it('runs Node without a shell as the user node and exposes 9696', () => {
    expect(configuration).toMatchObject({ user: 'node', ports: ['9696/tcp'] })
    expect(configuration.command.slice(-4)).toEqual([
      'node',
      '--single-threaded-gc',
      '--min-semi-space-size=16',
      'main.js',
    ])
    expect(configuration.command.join(' ')).not.toMatch(/\bsh\b|npm/)
    expect(configuration.environment).toEqual(expect.arrayContaining(['NODE_ENV=production', 'HOST=0.0.0.0']))
  })

  it('adds less than 100 MB to its base', () => {
    const bytes = [...added.values()].reduce((sum, size) => sum + size, 0)
    console.log(`content on top of ${BASE}: ${(bytes / 1e6).toFixed(1)} MB in ${added.size} files`)

    expect(bytes).toBeGreaterThan(25e6)
    expect(bytes).toBeLessThan(100e6)
  })

  it('holds the program, the models and what cannot be bundled, for this platform, and nothing else', () => {
    const paths = [...added.keys()]
    const packages = paths.flatMap(path => path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1] ?? [])
    const rooms = paths.map(
      path =>
        path.match(
          /^\/app\/(compiled(?=\/)|console(?=\/)|main\.js|(?:block|model|streams)-thread\.js|part(?=-[A-Z0-9]{8}\.js$)|package\.json|models(?=\/)|node_modules(?=\/))/,
        )?.[1],
    )

    expect([...new Set(packages)].sort()).toEqual(['onnxruntime-node', 'piscina'])
    expect([...new Set(rooms)].sort()).toEqual([
      'block-thread.js',
      'compiled',
      'console',
      'main.js',
      'model-thread.js',
      'models',
      'node_modules',
      'package.json',
      'part',
      'streams-thread.js',
    ])
    expect(paths.filter(path => /\.(ts|tsx|map|csv)$/.test(path))).toEqual([])
    expect(paths.filter(path => path.endsWith('.node'))).toEqual([
      `/app/node_modules/onnxruntime-node/bin/napi-v6/linux/${process.arch}/onnxruntime_binding.node`,
    ])
  })

  describe('running', () => {
    let container: RunningContainer
    beforeAll(async () => {
      container = await start({})
    }, 60_000)
    afterAll(() => container?.stop(), 30_000)

    it('is the user with the id 1000 on a root file system that is read-only but for /tmp', async () => {
      expect((await container.exec('stat', '-c', '%u', '/proc/1')).stdout.trim()).toBe('1000')
      expect((await container.exec('cat', '/proc/1/cmdline')).stdout).toContain('main.js')
      expect((await container.exec('touch', '/app/written')).code).not.toBe(0)
      expect((await container.exec('touch', '/tmp/written')).code).toBe(0)
    })

    it('starts by way of compiled scripts that it cannot change', async () => {
      const { code, stdout } = await container.exec('find', '/app/compiled', '-type', 'f', '-printf', '%U %M\\n')
      expect(code).toBe(0)
      const files = stdout.trim().split('\n')
      expect(files.length).toBeGreaterThan(5)
      expect([...new Set(files)]).toEqual(['0 -rw-r--r--'])
      // the folder of this user's scripts is named by Node's version and the user's id
      const user = await container.exec('find', '/app/compiled', '-mindepth', '1', '-maxdepth', '1', '-name', '*-1000')
      expect(user.stdout.trim().split('\n')).toHaveLength(1)
    })

    it('ends with 0 within 10 seconds of SIGTERM, its log on standard output', async () => {
      await fetch(`${container.url}/predict`, json(aRow()))
      const asked = performance.now()

      const code = await container.stop()

      expect(code).toBe(0)
      expect(performance.now() - asked).toBeLessThan(10_000)
      expect(container.output.stderr).toBe('')
      const lines = container.output.stdout.trim().split('\n')
      expect(lines.map(line => JSON.parse(line).msg)).toEqual(
        expect.arrayContaining(['model ready', 'listening', 'request', 'stopped']),
      )
    }, 30_000)
  })

  it('serves the console to browsers', async () => {
    const container = await start({})

    const page = await fetch(container.url, { headers: { accept: 'text/html' } })
    const [, script = ''] = /src="(\/assets\/[^"]+)"/.exec(await page.text()) ?? []

    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'")
    expect((await fetch(container.url + script)).status).toBe(200)
    expect(await container.stop()).toBe(0)
  }, 60_000)

  it('scores in worker threads where it is told to', async () => {
    const container = await start({ MODEL_THREADS: '1' })

    const response = await fetch(`${container.url}/predict`, json(aRow()))

    expect(await response.json()).toEqual({ churn_probability: 0.6812940239906311, churn: true })
    expect(await container.stop()).toBe(0)
  }, 60_000)

  it('keeps streams in their thread where it has a folder for them', async () => {
    const container = await start({ DATA_DIR: '/tmp/data' })

    const sent = await fetch(`${container.url}/streams/churn/records`, json({ id: 'first', row: aRow() }))
    expect(sent.status).toBe(202)
    const read = async () => (await fetch(`${container.url}/streams/churn/records/first`)).json()
    await until(async () => ((await read()) as { status: string }).status === 'done')

    expect(await read()).toMatchObject({ result: { churn_probability: 0.6812940239906311, churn: true } })
    expect(await container.stop()).toBe(0)
  }, 60_000)

  describePredictionApi('in the image', async environment => {
    const container = await start(environment)
    return {
      fetch: (path, init) => fetch(`${container.url}${path}`, init),
      close: async () => {
        await container.stop()
      },
    }
  })
})

async function untilReady({ url, output }: RunningContainer): Promise<void> {
  for (const end = Date.now() + 30_000; Date.now() < end; await setTimeout(50)) {
    const response = await fetch(`${url}/health/ready`).catch(() => undefined)
    if (response?.ok) return
  }
  throw new Error(`the container is not ready after 30 seconds:\n${output.stdout}${output.stderr}`)
}
