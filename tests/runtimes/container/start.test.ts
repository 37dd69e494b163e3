import { spawnSync } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { repository } from '../../support/host.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** Starts the server where it must fail, and answers what a person would see. */
function start(
  environment: Readonly<Record<string, string>>,
  ...flags: string[]
): { code: number | null; stderr: string; lines: number } {
  const { status, stderr } = spawnSync(process.execPath, ['runtimes/local/main.ts', ...flags], {
    cwd: root,
    env: { PORT: '0', ...environment },
    encoding: 'utf8',
    timeout: 20_000,
  })
  return { code: status, stderr, lines: stderr.trim().split('\n').length }
}

describe('a server that cannot start', () => {
  let folder: string
  const bundle = (file: string): string => join(folder, 'churn/1', file)
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'repository-'))
    await cp(join(repository, 'churn/1'), join(folder, 'churn/1'), { recursive: true })
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('says that its port is in use', async () => {
    const holder = createServer().listen(0, '127.0.0.1')
    await new Promise(resolve => holder.once('listening', resolve))
    const { port } = holder.address() as { port: number }
    const { code, stderr, lines } = start({ PORT: String(port) })
    holder.close()

    expect({ code, lines }).toEqual({ code: 3, lines: 1 })
    expect(stderr).toContain(`port ${port} on 127.0.0.1 is in use`)
  })

  it('says that its repository is missing', () => {
    expect(start({ MODEL_REPOSITORY: '/nowhere/models' })).toMatchObject({
      code: 5,
      lines: 1,
      stderr: expect.stringContaining('/nowhere/models'),
    })
  })

  it('names a file that is not the one the manifest was written with', async () => {
    await writeFile(bundle('model.onnx'), 'not an ONNX graph')
    expect(start({ MODEL_REPOSITORY: folder })).toMatchObject({
      code: 5,
      lines: 1,
      stderr: expect.stringMatching(/model churn, version 1: model\.onnx .*SHA-256/),
    })
  })

  it('names a graph that is none, though its hash is right', async () => {
    await writeFile(bundle('model.onnx'), 'not an ONNX graph')
    await rewriteHash(bundle, 'model.onnx')
    expect(start({ MODEL_REPOSITORY: folder })).toMatchObject({
      code: 5,
      lines: 1,
      stderr: expect.stringContaining('not a graph that ONNX Runtime can run'),
    })
  })

  it('names the golden row that is answered otherwise', async () => {
    const golden = JSON.parse(await readFile(bundle('golden.json'), 'utf8'))
    golden.rows[2].output[0] += 1e-4
    await writeFile(bundle('golden.json'), JSON.stringify(golden))
    await rewriteHash(bundle, 'golden.json')
    expect(start({ MODEL_REPOSITORY: folder })).toMatchObject({
      code: 5,
      lines: 1,
      stderr: expect.stringContaining('golden row 3: expected'),
    })
  })

  it('names every problem of a manifest', async () => {
    const manifest = JSON.parse(await readFile(bundle('manifest.json'), 'utf8'))
    await writeFile(
      bundle('manifest.json'),
      JSON.stringify({ ...manifest, title: 3, task: { ...manifest.task, threshold: 2 } }),
    )
    const { code, stderr } = start({ MODEL_REPOSITORY: folder })
    expect(code).toBe(5)
    expect(stderr).toContain('title must be a text; got 3')
    expect(stderr).toContain('task.threshold must be a number from 0 to 1; got 2')
  })

  it('names a default model that is not there', () => {
    expect(start({ MODEL_REPOSITORY: folder, DEFAULT_MODEL: 'chrun' })).toMatchObject({
      code: 5,
      stderr: expect.stringContaining('did you mean "churn"?'),
    })
  })

  it('lists every problem of its configuration', () => {
    const { code, stderr } = start({ PORT: 'many', LOG_LEVEL: 'loud' }, '--max-body-bytes', '-1')
    expect(code).toBe(3)
    expect(stderr.match(/^error\[E_CONFIGURATION\]/gm)).toHaveLength(3)
    expect(stderr).toContain('PORT: must be a whole number from 0 to 65535; got "many"')
  })

  it('names the flag that was meant', () => {
    expect(start({}, '--modl-repository', 'x')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--model-repository'),
    })
  })
})

async function rewriteHash(bundle: (file: string) => string, file: string): Promise<void> {
  const { createHash } = await import('node:crypto')
  const manifest = JSON.parse(await readFile(bundle('manifest.json'), 'utf8'))
  manifest.files[file] = createHash('sha256')
    .update(await readFile(bundle(file)))
    .digest('hex')
  await writeFile(bundle('manifest.json'), JSON.stringify(manifest))
}
