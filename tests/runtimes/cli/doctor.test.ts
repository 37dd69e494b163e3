import { once } from 'node:events'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { repository, root } from '../../support/host.ts'
import { run } from '../../support/run.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const cli = (environment: Readonly<Record<string, string>>, ...args: string[]) =>
  run(process.execPath, ['runtimes/cli/bin.js', ...args], {
    cwd: root,
    env: { PATH: process.env.PATH, ...environment },
  })

describe.concurrent('scaling-mlops doctor', () => {
  it('finds a machine fit that is', async () => {
    const { code, stdout } = await cli({ PORT: '0' }, 'doctor', '--json')
    const { checks } = JSON.parse(stdout) as { checks: { check: string; ok: boolean }[] }
    expect(checks.filter(({ ok }) => !ok)).toEqual([])
    expect(checks.map(({ check }) => check)).toContain('model churn')
    expect(code).toBe(0)
  })

  it('names a port in use and a folder that cannot be one, both at once, with 3', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const { code, stdout } = await cli({ PORT: String(port), DATA_DIR: 'package.json/data' }, 'doctor')
    server.close()
    expect(stdout).toMatch(new RegExp(`FAILED {2}PORT: port ${port} on 127.0.0.1 is in use`))
    expect(stdout).toMatch(/FAILED {2}DATA_DIR: .*package\.json\/data: a part of the path is a file and not a folder/)
    expect(code).toBe(3)
  })

  it('says what is wrong with the settings, and what of the machine can be told without them', async () => {
    const { code, stdout } = await cli({ WORKERS: '2', GRPC_PORT: '0' }, 'doctor', '--json')
    const { checks } = JSON.parse(stdout) as { checks: { check: string; ok: boolean; detail: string }[] }
    expect(checks).toMatchObject([
      { check: 'Node', ok: true },
      { check: 'ONNX Runtime', ok: true, detail: expect.stringMatching(/^version \d+\.\d+\.\d+ loads$/) },
      { check: 'settings', ok: false, detail: expect.stringMatching(/^GRPC_PORT: .* WORKERS is 2/) },
    ])
    expect(code).toBe(3)
  })

  it('goes on behind a model that is refused', async () => {
    await using folder = await temporaryFolder()
    await cp(join(repository, 'churn/1'), join(folder.path, 'churn/1'), { recursive: true })
    await mkdir(join(folder.path, 'broken/1'), { recursive: true })
    await writeFile(join(folder.path, 'broken/config.pbtxt'), 'platform: "tensorrt_plan"')
    const { code, stdout } = await cli({ PORT: '0', MODEL_REPOSITORY: folder.path }, 'doctor')
    expect(stdout).toMatch(/FAILED {2}model broken: .*platform "tensorrt_plan" is not served here/)
    expect(stdout).toMatch(/ok {6}model churn: version 1 scores its golden rows/)
    expect(code).toBe(5)
  })

  it('names a model whose golden rows score otherwise, with 5', async () => {
    await using folder = await temporaryFolder()
    await cp(join(repository, 'churn'), join(folder.path, 'churn'), { recursive: true })
    const path = join(folder.path, 'churn/1/golden.json')
    const golden = JSON.parse(await readFile(path, 'utf8'))
    golden.rows[0].output = golden.rows[0].output.map((value: number) => 1 - value)
    await writeFile(path, JSON.stringify(golden))
    const { code, stdout } = await cli({ PORT: '0', MODEL_REPOSITORY: folder.path }, 'doctor')
    expect(stdout).toMatch(/FAILED {2}model churn: model churn, version 1: .*golden/)
    expect(code).toBe(5)
  })
})

describe.concurrent('scaling-mlops config --print', () => {
  it('shows values with their origins, and no key', async () => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'settings.json')
    await writeFile(file, JSON.stringify({ maxBodyBytes: 2048, port: 1 }))
    const secret = 'a-key-of-sixteen-letters'
    const { code, stdout } = await cli(
      { PORT: '8080', API_KEYS: secret },
      'config',
      '--print',
      '--json',
      '--config',
      file,
    )
    expect(code).toBe(0)
    expect(JSON.parse(stdout).settings).toMatchObject({
      port: { value: 8080, origin: 'environment' },
      maxBodyBytes: { value: 2048, origin: 'file' },
      host: { value: '127.0.0.1', origin: 'default' },
      grpcPort: { value: null, origin: 'default' },
      apiKeys: { value: 'set, not shown', origin: 'environment' },
    })
    expect(stdout).not.toContain(secret)
    const { stdout: text } = await cli({}, 'config', '--print', '--config', file)
    expect(text).toMatch(/^MAX_BODY_BYTES +2048 {2}\(.*settings\.json\)$/m)
  })

  it('says all that is wrong at once, with 3', async () => {
    const { code, stdout, stderr } = await cli({ PORT: 'many', WORKERS: '0', API_KEYS: 'short' }, 'config', '--print')
    expect(code).toBe(3)
    expect(stdout).toBe('')
    for (const name of ['PORT', 'WORKERS', 'API_KEYS']) expect(stderr).toContain(`error[E_CONFIGURATION]: ${name}`)
    expect(stderr).not.toContain('short')
  })
})
