import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { strFromU8, unzipSync } from 'fflate'
import { afterAll, describe, expect, it } from 'vitest'
import { read } from '../../support/beanstalk.ts'
import { run } from '../../support/run.ts'
import { runCli } from '../../support/run-cli.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const folder = await temporaryFolder()
afterAll(() => folder[Symbol.asyncDispose]())
let files = 0

const IMAGE = `123456789012.dkr.ecr.eu-central-1.amazonaws.com/model-serving@sha256:${'0a1b2c3d'.repeat(8)}`

/** Packages with this configuration file: the outcome, and what is in the bundle. */
async function packaged(configuration: object, ...flags: string[]) {
  const name = join(folder.path, String(files++))
  await writeFile(`${name}.json`, JSON.stringify(configuration))
  const outcome = await runCli('package', 'beanstalk', '--config', `${name}.json`, '--out', `${name}.zip`, ...flags)
  const archive = await readFile(`${name}.zip`).catch(() => undefined)
  const content = Object.entries(archive ? unzipSync(archive) : {}).map(
    ([path, bytes]) => [path, strFromU8(bytes)] as const,
  )
  return { ...outcome, archive, content: new Map(content) }
}

describe('package beanstalk', () => {
  it('writes a bundle that the instance builds: what the Dockerfile copies and what Elastic Beanstalk reads', async () => {
    const { code, stdout, content } = await packaged({})

    expect(code).toBe(0)
    expect(stdout).toMatch(/\.zip {2}[\d.]+ MB, \d+ files, sha256 [0-9a-f]{12}\n$/)
    const tops = new Set([...content.keys()].map(path => path.split('/')[0]))
    expect([...tops].sort()).toEqual([
      '.dockerignore',
      '.ebextensions',
      '.npmrc',
      '.platform',
      'Dockerfile',
      'Dockerrun.aws.json',
      'adapters',
      'core',
      'models',
      'package-lock.json',
      'package.json',
      'runtimes',
      'tests',
      'tsconfig.json',
    ])
    expect(
      [...content.keys()].filter(path => /node_modules|\/data\/|\.partial$|^tests\/(?!package\.json$)/.test(path)),
    ).toEqual([])
    expect(content.get('models/churn/1/manifest.json')).toContain('churn')
  })

  it('writes the same bytes again, in any time zone, with its programs executable', async () => {
    const first = await packaged({})
    const program = new URL('../../../runtimes/cli/bin.js', import.meta.url).pathname
    const out = join(folder.path, 'again.zip')
    await run(process.execPath, [program, 'package', 'beanstalk', '--out', out], {
      env: { ...process.env, TZ: 'Asia/Tokyo' },
      cwd: folder.path,
    })

    expect((await readFile(out)).equals(first.archive ?? Buffer.of())).toBe(true)
    expect(centralModes(await readFile(out)).get('.platform/hooks/predeploy/10-metadata-hops.sh')).toBe(0o755)
  })

  it('names an image by its digest, and sends no sources with it', async () => {
    const { content } = await packaged({}, '--image', IMAGE)

    expect(JSON.parse(content.get('Dockerrun.aws.json') ?? '')).toEqual({
      AWSEBDockerrunVersion: '1',
      Image: { Name: IMAGE, Update: 'false' },
      Ports: [{ ContainerPort: '9696' }],
    })
    expect([...content.keys()].filter(path => !/^\.(ebextensions|platform)\//.test(path))).toEqual([
      'Dockerrun.aws.json',
    ])
  })

  it('refuses an image whose tag may move, and writes nothing', async () => {
    const { code, stderr, archive } = await packaged({}, '--image', 'model-serving:latest')

    expect(code).toBe(3)
    expect(stderr).toContain('must be named by its digest')
    expect(archive).toBeUndefined()
  })

  it("puts the project's configuration into the environment: what the account has, and the settings of the container", async () => {
    const certificate = 'arn:aws:acm:eu-central-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-000000000000'
    const { content } = await packaged({
      port: 1234,
      maxWaitMs: 67,
      corsOrigins: ['https://a.example', 'https://b.example'],
      pinnedVersions: { churn: 1 },
      beanstalk: { certificate, minimum: 3, targetUtilization: 50, policy: 'Immutable' },
    })

    const { options, resources } = read(content)
    expect(options['aws:elbv2:listener:443']).toMatchObject({ SSLCertificateArns: certificate })
    expect(options['aws:autoscaling:asg']).toMatchObject({ MinSize: '3' })
    expect(options['aws:elasticbeanstalk:command']).toMatchObject({ DeploymentPolicy: 'Immutable' })
    expect(resources.ScoringUtilizationPolicy?.Properties).toMatchObject({
      TargetTrackingConfiguration: { TargetValue: 50 },
    })
    const variables = options['aws:elasticbeanstalk:application:environment']
    expect(variables).toMatchObject({
      MAX_WAIT_MS: '67',
      CORS_ORIGINS: 'https://a.example,https://b.example',
      PINNED_VERSIONS: 'churn=1',
    })
    expect(variables).not.toHaveProperty('PORT')
  })

  it('brings the schedule to a worker tier, and wants a place for its results', async () => {
    const without = await packaged({}, '--tier', 'worker')
    const { content } = await packaged({ resultsUrl: 's3://results/scored' }, '--tier', 'worker')

    expect(without).toMatchObject({ code: 3, archive: undefined })
    expect(without.stderr).toContain('resultsUrl must be set for a worker tier')
    expect(content.get('cron.yaml')).toContain('dead-letter-summary')
    expect(read(content).options['aws:elasticbeanstalk:application:environment']).toMatchObject({
      WORKER_TIER: 'true',
      RESULTS_URL: 's3://results/scored',
    })
  })

  it('wants no places for a worker tier that is given them, and both queues or neither', async () => {
    const queueUrl = 'https://sqs.eu-central-1.amazonaws.com/123456789012/records'
    const resultsUrl = 's3://results/scored'
    const given = { beanstalk: { workerQueueName: 'records' } }

    expect(await packaged(given, '--tier', 'worker')).toMatchObject({ code: 0 })
    expect((await packaged({ ...given, resultsUrl }, '--tier', 'worker')).stderr).toContain(
      'resultsUrl must be left out where beanstalk.workerQueueName',
    )
    expect((await packaged({ resultsUrl, queueUrl }, '--tier', 'worker')).stderr).toContain(
      'deadLetterQueueUrl must be set for a worker tier with a queueUrl of its own',
    )
  })

  it('says all that is wrong with a configuration, and keeps keys out of bundles', async () => {
    const { code, stderr, archive } = await packaged({
      apiKeys: ['0123456789abcdef'],
      beanstalk: { minimum: 30, secrets: { API_KEY: 'arn:aws:ssm:eu-central-1:123456789012:parameter/key' } },
    })
    const unknown = await packaged({ beanstalk: { certificat: 'x' } })

    expect(code).toBe(3)
    expect(archive).toBeUndefined()
    expect(stderr).toContain('beanstalk.minimum 30 is above beanstalk.maximum 20')
    expect(stderr).toContain('apiKeys may not be written into a bundle')
    expect(stderr).toContain('"API_KEY" is no setting; did you mean "API_KEYS"?')
    expect(stderr).not.toContain('0123456789abcdef')
    expect(unknown.stderr).toContain('beanstalk.certificat is not known; did you mean "certificate"?')
  })
})

/** Permissions by path, from the archive's own directory. */
function centralModes(archive: Buffer): Map<string, number> {
  const modes = new Map<string, number>()
  for (let at = archive.indexOf('PK\x01\x02'); at !== -1; at = archive.indexOf('PK\x01\x02', at + 46)) {
    const name = archive.toString('utf8', at + 46, at + 46 + archive.readUInt16LE(at + 28))
    modes.set(name, (archive.readUInt32LE(at + 38) >>> 16) & 0o777)
  }
  return modes
}
