import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openServerHost } from '../../support/host.ts'
import { runCli } from '../../support/run-cli.ts'

describe('bench', () => {
  let host: Awaited<ReturnType<typeof openServerHost>>
  let folder: string
  beforeAll(async () => {
    host = await openServerHost()
    folder = await mkdtemp(join(tmpdir(), 'bench-'))
  })
  afterAll(async () => {
    await host.close()
    await rm(folder, { recursive: true })
  })
  const bench = (...flags: string[]) => runCli('bench', ...flags, '--duration', '0.3', '--warm-up', '0')

  it('measures a server with a row made from the features of its model', async () => {
    const { code, stdout, stderr } = await bench(host.url, '--json', '--connections', '2')

    expect({ code, stderr }).toMatchObject({ code: 0 })
    const report = JSON.parse(stdout)
    expect(report).toMatchObject({
      schemaVersion: 1,
      url: `${host.url}/predict`,
      loop: 'closed',
      connections: 2,
      rows: 1,
      failures: {},
    })
    expect(Object.keys(report.statuses)).toEqual(['200'])
    expect(report.accepted.count).toBeGreaterThan(0)
  })

  it('sends lists of rows at a rate', async () => {
    const { code, stdout } = await bench(
      `${host.url}/models/churn/predict`,
      '--json',
      '--rate',
      '50',
      '--rows',
      '7',
      '--arrivals',
      'constant',
    )

    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ loop: 'open', rate: 50, rows: 7, answers: 15 })
  })

  it('says in words what it found', async () => {
    const { code, stdout } = await bench(host.url)

    expect(code).toBe(0)
    expect(stdout).toMatch(
      /closed loop · 32 connections .*\n {2}throughput .* answers\/s .*\n {2}latency {5}p50 .*p99\.9 .*\n {2}statuses {4}200: [\d,]+\n {2}generator/,
    )
  })

  it('measures no refusals: says what the server has against the body', async () => {
    const body = join(folder, 'body.json')
    await writeFile(body, '{"tenure": 1}')
    const { code, stderr } = await bench(host.url, '--body', body)

    expect(code).toBe(4)
    expect(stderr).toMatch(/error\[E_DATA\]: .* answers 400 to this body: .*missing/)
  })

  it('exits with 6 where a gate does not hold', async () => {
    const { code, stdout, stderr } = await bench(
      host.url,
      '--json',
      '--gate',
      'p99<=60000 ms',
      'failed<=1e9',
      'per_second>1e9',
    )

    expect(code).toBe(6)
    expect(JSON.parse(stdout).gates).toMatchObject([
      { gate: 'p99<=60000', passed: true },
      { gate: 'failed<=1000000000', passed: true },
      { gate: 'perSecond>1000000000', passed: false },
    ])
    expect(stderr).toContain('does NOT hold')
  })

  it('names the figure that was meant by a gate', async () => {
    const { code, stderr } = await bench(host.url, '--gate', 'p98<=5')

    expect(code).toBe(2)
    expect(stderr).toContain('"p98" is not a metric; did you mean "p9')
  })

  it('says that nobody answers', async () => {
    const { code, stderr } = await bench('http://127.0.0.1:2')

    expect({ code, stderr }).toEqual({
      code: 8,
      stderr: 'error[E_UNREACHABLE]: http://127.0.0.1:2 cannot be reached: ECONNREFUSED\n',
    })
  })

  it('takes addresses of http alone', async () => {
    expect(await bench('ftp://example.com')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('http://localhost:9696'),
    })
  })
})
