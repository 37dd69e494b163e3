import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SHIPPED_POLICY } from '@scaling-mlops/core/capacity'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCli } from '../../support/run-cli.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeAll(async () => {
  folder = await temporaryFolder()
})
afterAll(() => folder[Symbol.asyncDispose]())

const path = (name: string): string => join(folder.path, name)
const churn = fileURLToPath(new URL('../../../models/churn', import.meta.url))

async function file(name: string, content: string | object): Promise<string> {
  await writeFile(path(name), typeof content === 'string' ? content : JSON.stringify(content))
  return path(name)
}

describe('scaling-mlops simulate', () => {
  const small = ['--requests', '200k', '--hours', '2']

  it('prints the run, draws it, and writes the policy it ran under', async () => {
    const { code, stdout } = await runCli(
      'simulate',
      ...small,
      '--target',
      '50',
      '--svg',
      path('run.svg'),
      '--out',
      path('policy.json'),
    )

    expect(code).toBe(0)
    expect(stdout).toMatch(/^traffic {4}[\d,]+ requests in 2 h/)
    expect(stdout).toContain('prices of 2026-07-20')
    expect(await readFile(path('run.svg'), 'utf8')).toMatch(/^<svg xmlns=.*requests a second.*p99 latency.*<\/svg>\n$/s)
    expect(JSON.parse(await readFile(path('policy.json'), 'utf8'))).toMatchObject({ scaling: { target: 50 } })
  })

  it('reads a trace of counts and one policy from files, as one JSON document', async () => {
    const trace = await file('counts.csv', 'minute,count\n0,600\n1,1200\n')
    const policy = await file('fixed.json', { ...SHIPPED_POLICY, scaling: { kind: 'fixed' } })

    const { code, stdout } = await runCli('simulate', '--trace', trace, '--policy', policy, '--json')

    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      schemaVersion: 1,
      run: { requests: 1800, scalings: [] },
      policy: { scaling: { kind: 'fixed' } },
    })
  })

  it('finds a policy, and ends with 6 where none keeps the target', async () => {
    const lists = ['--minimums', '2', '--warmups', '300']
    const found = await runCli(
      'simulate',
      ...small,
      '--search',
      '--targets',
      '70,60',
      ...lists,
      '--out',
      path('found.json'),
    )
    const none = await runCli(
      'simulate',
      '--requests',
      '20M',
      '--hours',
      '1',
      '--maximum',
      '2',
      '--search',
      '--targets',
      '60',
      ...lists,
    )

    expect(found.code).toBe(0)
    expect(JSON.parse(await readFile(path('found.json'), 'utf8'))).toMatchObject({ scaling: { target: 70 } })
    expect(none.stdout).toContain('none of 1 policies keeps 99.9 % within 100 ms')
    expect(none.code).toBe(6)
  })

  it('ends with 6 where --keep is not kept', async () => {
    const { code } = await runCli('simulate', '--requests', '20M', '--hours', '1', '--maximum', '2', '--keep', '99')

    expect(code).toBe(6)
  })
})

describe('scaling-mlops cost estimate', () => {
  it('prints both bills to the cent, and where they meet', async () => {
    const nothing = [
      '--lcu',
      '0.5',
      '--volume',
      '0',
      '--publish',
      '0',
      '--metrics',
      '0',
      '--alarms',
      '0',
      '--log-bytes',
      '0',
      '--response-bytes',
      '0',
      '--cold',
      '0',
    ]

    const { stdout } = await runCli(
      'cost',
      'estimate',
      '--requests',
      '35M',
      '--type',
      't4g.small',
      '--door',
      'http-api',
      ...nothing,
    )

    expect(stdout).toMatch(/Elastic Beanstalk +\$58\.47 +a month; \$1\.67 per million predictions/)
    expect(stdout).toMatch(/Lambda +\$58\.12 +a month; \$1\.66 per million predictions/)
    expect(stdout).toContain('at 35,210,289 requests a month')
    expect(stdout).toContain('not looked up: HTTP API')
  })

  it('warns of prices that are out of date, with their date', async () => {
    const shipped = JSON.parse(await readFile(new URL('../../../core/capacity/prices.json', import.meta.url), 'utf8'))
    const prices = await file('prices.json', { ...shipped, asOf: '2019-01-01' })

    const { code, stderr } = await runCli('cost', 'estimate', '--prices', prices)

    expect(stderr).toMatch(/note: the prices are of 2019-01-01, \d+ months old/)
    expect(code).toBe(0)
  })
})

describe('scaling-mlops rightsize', () => {
  const given = ['--requests', '500k', '--pattern', 'daily', '--service', '20ms', '--memory', '200']

  it('recommends for given figures and applies what the server has settings for', async () => {
    const configuration = await file('scaling-mlops.config.json', { port: 8080 })

    const { code, stdout } = await runCli(
      'rightsize',
      '--slo',
      'p99=100ms',
      ...given,
      '--apply',
      '--config',
      configuration,
    )

    expect(code).toBe(0)
    expect(stdout).toMatch(/^recommended .*Lambda memory.*what if.*assumptions.*wrote .*maxWaitMs/s)
    expect(stdout).toMatch(/not settings of the server: .*instanceType/)
    const written = JSON.parse(await readFile(configuration, 'utf8'))
    expect(written).toMatchObject({ port: 8080, maxWaitMs: expect.any(Number), maxQueuedRows: expect.any(Number) })
    expect(written).not.toHaveProperty('instanceType')
  })

  it('measures the server that ships with the models of the repository', { timeout: 60_000 }, async () => {
    const { code, stdout } = await runCli(
      'rightsize',
      '--model',
      churn,
      '--slo',
      'p99=200ms',
      '--requests',
      '100k',
      '--duration',
      '100ms',
      '--json',
    )

    expect(code).toBe(0)
    const { demand, measurement } = JSON.parse(stdout)
    expect(demand.service.meanMilliseconds).toBeGreaterThan(0)
    expect(demand.memoryMb).toBeGreaterThan(50)
    expect(measurement.rungs[0]).toMatchObject({ connections: 1, report: { failures: {} } })
  })

  it('prints a score of this machine', async () => {
    const { stdout } = await runCli('rightsize', '--score')

    expect(Number(stdout)).toBeGreaterThan(0)
  })
})

describe('what cannot be', () => {
  it.each([
    [['simulate', '--minimum', '9', '--maximum', '3'], 3, 'minimum 9 is over maximum 3'],
    [['simulate', '--target', '0'], 3, 'scaling.target must be a number above 0'],
    [['simulate', '--requests', '-5'], 2, 'It must be a number above 0'],
    [['simulate', '--latency', '15ms'], 2, 'the least that is possible is 41.6 ms'],
    [['simulate', '--trace', 'nowhere.csv'], 4, 'nowhere.csv: cannot be read'],
    [['cost', 'estimate', '--type', 'c7g.medum'], 2, 'did you mean c7g.medium?'],
    [['rightsize', '--slo', '50ms'], 2, 'It must be like p99=50ms'],
    [['rightsize', '--slo', 'p99=1ms', '--service', '20ms', '--requests', '1k'], 2, 'no instance type keeps 1 ms'],
    [['rightsize', '--url', 'http://example.com'], 8, 'example.com is not this machine'],
  ])('%j ends with %d', async (args, exitCode, words) => {
    const { code, stderr } = await runCli(...args)

    expect(stderr).toContain(words)
    expect(code).toBe(exitCode)
  })

  it('a trace out of order ends with 4 and names the line', async () => {
    const { code, stderr } = await runCli('simulate', '--trace', await file('trace.csv', 'timestamp\n5\n4\n'))

    expect(stderr).toContain('trace.csv, line 3: the moment 4 comes before the one above it')
    expect(code).toBe(4)
  })

  it('a server that does not answer ends with 8', async () => {
    const { code, stderr } = await runCli('rightsize', '--model', churn, '--url', 'http://127.0.0.1:1')

    expect(stderr).toContain('http://127.0.0.1:1 cannot be reached')
    expect(code).toBe(8)
  })
})
