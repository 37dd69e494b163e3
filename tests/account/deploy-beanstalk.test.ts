import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { type BeanstalkStandIn, openBeanstalkStandIn } from '../support/beanstalk-stand-in.ts'
import { openServerHost, root } from '../support/host.ts'
import { run } from '../support/run.ts'
import { startS3 } from '../support/s3-stand-in.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = await temporaryFolder()
const server = await openServerHost()
const s3 = await startS3()
let beanstalk: BeanstalkStandIn
let files = 0

beforeEach(async () => {
  beanstalk = await openBeanstalkStandIn(new URL(server.url).host)
  return () => beanstalk[Symbol.asyncDispose]()
})

afterAll(async () => {
  await server.close()
  await s3.close()
  await folder[Symbol.asyncDispose]()
})

const IMAGE = `123456789012.dkr.ecr.eu-central-1.amazonaws.com/model-serving@sha256:${'0a1b2c3d'.repeat(8)}`
const PLACE = ['--application', 'scoring', '--environment', 'scoring-prod']

/** Deploys version v2 against the stand-ins, with looks that come at once. */
async function deploy(flags: readonly string[], settings: object = {}, place: readonly string[] = PLACE) {
  const config = join(folder.path, `${files++}.json`)
  await writeFile(config, JSON.stringify({ beanstalk: settings }))
  const program = join(root, 'runtimes/cli/bin.js')
  const args = ['deploy', 'beanstalk', ...place, '--image', IMAGE, '--config', config, '--models', join(root, 'models')]
  const quick = ['--label', 'v2', '--poll', '1ms', '--good-polls', '2', '--bad-polls', '2', '--timeout', '1s']
  return run(process.execPath, [program, ...args, ...quick, ...flags], {
    env: { ...process.env, ...beanstalk.environment },
  })
}

const updates = (): (string | null)[] => beanstalk.named('UpdateEnvironment').map(form => form.get('VersionLabel'))

describe('deploy beanstalk', () => {
  it('makes a version of the bundle, updates, watches, and asks the golden rows', async () => {
    beanstalk.onUpdate = version => [
      { version, status: 'Updating', instances: ['v1', 'v1', 'v1'] },
      { version, status: 'Updating', instances: ['v2', 'v1', 'v1'], health: 'Info' },
      { version, health: 'Info', instances: ['v2', 'v2', 'v2'], cause: 'Command is executing.' },
      { version, instances: ['v2', 'v2', 'v2'] },
    ]

    const { code, stdout, stderr } = await deploy(['--wait', '--rollback', '--json'])

    expect(stderr).toContain('2 × v1, 1 × v2')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      schemaVersion: 1,
      outcome: 'released',
      version: 'v2',
      previous: 'v1',
      goldenRows: JSON.parse(readFileSync(join(root, 'models/churn/1/golden.json'), 'utf8')).rows.length,
    })
    const { bucket, key = '', process: processed } = beanstalk.versions.get('v2') ?? {}
    expect({ bucket, processed }).toEqual({ bucket: 'files', processed: 'true' })
    expect(Object.keys(unzipSync(s3.bytes(key) ?? new Uint8Array()))).toContain('Dockerrun.aws.json')
    expect(updates()).toEqual(['v2'])
  })

  it('orders the version and goes, without --wait', async () => {
    const { code, stdout } = await deploy([])

    expect(code).toBe(0)
    expect(stdout).toBe('v2 is ordered\n')
    expect(beanstalk.named('DescribeEnvironmentHealth')).toEqual([])
  })

  it('uses the version that is there where its bundle is the same, and refuses another one under its label', async () => {
    await deploy(['--wait'])
    const again = await deploy(['--wait'])
    const other = await deploy(['--wait'], { minimum: 3 })

    expect(again.code).toBe(0)
    expect(beanstalk.named('CreateApplicationVersion')).toHaveLength(1)
    expect(other.code).toBe(3)
    expect(other.stderr).toContain('version "v2" is there with another bundle')
  })

  it('waits until the bundle was read, and says that it could not be', async () => {
    beanstalk.processed = ['PROCESSING', 'PROCESSING', 'FAILED']

    const { code, stderr } = await deploy(['--wait'])

    expect(code).toBe(3)
    expect(stderr).toContain('Elastic Beanstalk cannot read the bundle of version "v2"')
    expect(updates()).toEqual([])
  })
})

describe('what fails goes back to the version before', () => {
  it.each([
    ['red health', { health: 'Severe', color: 'Red', cause: 'ELB health is failing.' }, 'Severe, Red: ELB health'],
    ['mixed versions', { instances: ['v2', 'v1', 'v2'] }, 'different versions: 2 × v2, 1 × v1'],
    ['answers of 5xx', { serverErrors: 7 }, '7 answers of 5xx'],
    ['a version that Elastic Beanstalk took back', { version: 'v1' }, 'the environment is at v1 and not at v2'],
    ['an environment that is terminated', { status: 'Terminating' }, 'not available: Terminating'],
  ])('%s', async (_, look, words) => {
    beanstalk.onUpdate = version => (version === 'v2' ? [{ version, ...look }] : [{ version }])

    const { code, stdout, stderr } = await deploy(['--rollback', '--json'])

    expect(code).toBe(6)
    expect(stderr).toContain(words)
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'rolled_back', previous: 'v1' })
    expect(stderr).toContain('v1 serves again')
    expect(beanstalk.named('AbortEnvironmentUpdate')).toEqual([])
  })

  it('an update that takes too long is called off first', async () => {
    beanstalk.onUpdate = version =>
      version === 'v2' ? [{ version, status: 'Updating', instances: ['v2', 'v1'] }] : [{ version }]
    beanstalk.onAbort = () => [
      { version: 'v2', status: 'Aborting', instances: ['v2', 'v1'] },
      { version: 'v2', status: 'Updating', instances: ['v1', 'v1'] },
      { version: 'v2', status: 'Ready', instances: ['v1', 'v1'] },
    ]

    const { code, stderr } = await deploy(['--rollback', '--timeout', '50ms'])

    expect(code).toBe(6)
    expect(stderr).toContain('last seen: updating: 1 × v2, 1 × v1')
    const orders = beanstalk.calls.map(({ action }) => action).filter(action => /Update/.test(action))
    expect(orders).toEqual(['UpdateEnvironment', 'AbortEnvironmentUpdate', 'UpdateEnvironment'])
    expect(updates()).toEqual(['v2', 'v1'])
  })

  it('nothing is ordered twice where calling off has brought the old version back', async () => {
    beanstalk.onUpdate = version => [{ version, status: 'Updating' }]
    beanstalk.onAbort = () => [{ version: 'v1' }]

    const { code, stderr } = await deploy(['--rollback', '--timeout', '50ms'])

    expect(code).toBe(6)
    expect(stderr).toContain('v1 serves again')
    expect(updates()).toEqual(['v2'])
  })

  it('a golden row that is answered otherwise', async () => {
    const liar = createServer(async (request, response) => {
      for await (const _ of request);
      response.end(JSON.stringify([{ churn_probability: 0.5, churn: true }]))
    }).listen(0, '127.0.0.1')
    await once(liar, 'listening')

    const address = `http://127.0.0.1:${(liar.address() as AddressInfo).port}`
    const { code, stderr } = await deploy(['--rollback', '--url', address])

    liar.close()
    expect(code).toBe(6)
    expect(stderr).toMatch(/churn version 1: golden row 1: expected [\d.]+, got 0\.5/)
    expect(updates()).toEqual(['v2', 'v1'])
  })

  it('an address that leads elsewhere, or does not answer', async () => {
    const redirect = createServer((_, response) =>
      response.writeHead(301, { location: 'https://models.example.com/' }).end(),
    ).listen(0, '127.0.0.1')
    await once(redirect, 'listening')

    const led = await deploy(['--wait', '--url', `http://127.0.0.1:${(redirect.address() as AddressInfo).port}`])
    redirect.close()
    const silent = await deploy(['--wait', '--url', 'http://127.0.0.1:1'])

    expect(led.stderr).toContain('leads to https://models.example.com/; name the address whose certificate is valid')
    expect(silent.stderr).toContain('does not answer')
    expect([led.code, silent.code]).toEqual([6, 6])
  })

  it('is left there without --rollback', async () => {
    beanstalk.onUpdate = version => [{ version, health: 'Degraded' }]

    const { code, stderr } = await deploy(['--wait'])

    expect(code).toBe(6)
    expect(stderr).toContain('it was left there; --rollback goes back to v1')
    expect(updates()).toEqual(['v2'])
  })

  it('somebody must look where the version before fails as well', async () => {
    beanstalk.onUpdate = version => [{ version, color: 'Red', health: 'Severe' }]

    const { code, stdout, stderr } = await deploy(['--rollback', '--json'])

    expect(code).toBe(6)
    expect(stderr).toContain('error[E_ROLLBACK]: v1 could not be brought back, somebody must look')
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'stuck', rollbackFailure: { kind: 'health' } })
  })

  it('and where it cannot even be ordered, 8 is the exit code', async () => {
    beanstalk.onUpdate = version => [{ version, color: 'Red', health: 'Severe' }]
    beanstalk.refuse = (action, form) =>
      action === 'UpdateEnvironment' && form.get('VersionLabel') === 'v1'
        ? 'InsufficientPrivilegesException'
        : undefined

    const { code, stderr } = await deploy(['--rollback'])

    expect(code).toBe(8)
    expect(stderr).toContain('error[E_ROLLBACK]')
  })
})

describe('nothing is changed where', () => {
  it('the environment is at work', async () => {
    beanstalk.show([{ version: 'v1', status: 'Updating' }])

    const { code, stderr } = await deploy(['--rollback'])

    expect(code).toBe(6)
    expect(stderr).toContain('takes no orders now, it is updating')
    expect(updates()).toEqual([])
  })

  it('there is no such application or environment, and the nearest is named', async () => {
    const application = await deploy([], {}, ['--application', 'scorin', '--environment', 'scoring-prod'])
    const environment = await deploy([], {}, ['--application', 'scoring', '--environment', 'scoring-prd'])

    expect(application.stderr).toContain('no application "scorin" in this account and region; did you mean "scoring"?')
    expect(environment.stderr).toContain('no environment "scoring-prd" of the application "scoring"; did you mean')
    expect([application.code, environment.code]).toEqual([3, 3])
    expect(beanstalk.named('CreateApplicationVersion')).toEqual([])
  })

  it.each(['DescribeEnvironments', 'UpdateEnvironment', 'CreateApplicationVersion'])(
    'the identity may not call %s, and the permission is named',
    async denied => {
      beanstalk.refuse = action => (action === denied ? 'AccessDenied' : undefined)

      const { code, stderr } = await deploy(['--rollback'])

      expect(code).toBe(8)
      expect(stderr).toContain(`this identity needs the permission elasticbeanstalk:${denied}`)
    },
  )

  it('an immutable update would change .ebextensions as well', async () => {
    await deploy(['--wait'], { policy: 'Immutable' })
    beanstalk.show([{ version: 'v2' }])
    const same = await deploy(['--wait', '--label', 'v3', '--tier', 'web', '--image', IMAGE.replace('0a', '0b')], {
      policy: 'Immutable',
    })
    beanstalk.show([{ version: 'v2' }])
    const changed = await deploy(['--wait', '--label', 'v4'], { policy: 'Immutable', minimum: 3 })

    expect(same.code).toBe(0)
    expect(changed.code).toBe(3)
    expect(changed.stderr).toContain('Immutable cannot change .ebextensions as well')
  })
})

it('calls that come too fast are made again, and looks that fail are taken again', async () => {
  let [throttled, failed] = [0, 0]
  beanstalk.refuse = action => {
    if (action === 'UpdateEnvironment') return throttled++ < 2 ? 'Throttling' : undefined
    return action === 'DescribeEnvironmentHealth' && updates().length > 2 && failed++ < 1 ? 'InvalidRequest' : undefined
  }

  const { code, stderr } = await deploy(['--rollback', '--timeout', '20s'])

  expect(code).toBe(0)
  expect(updates()).toEqual(['v2', 'v2', 'v2'])
  expect(stderr).toContain('InvalidRequest says the stand-in')
})
