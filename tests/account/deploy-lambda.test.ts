import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { openServerHost, root } from '../support/host.ts'
import { type LambdaStandIn, openLambdaStandIn } from '../support/lambda-stand-in.ts'
import { run } from '../support/run.ts'
import { startS3 } from '../support/s3-stand-in.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = await temporaryFolder()
const server = await openServerHost()
const s3 = await startS3()
const zip = join(folder.path, 'function.zip')
await writeFile(zip, 'a program')
let lambda: LambdaStandIn

beforeEach(async () => {
  lambda = await openLambdaStandIn()
  lambda.invoke = async (_, payload) => {
    const { model, version, rows } = payload as { model: string; version: number; rows: unknown }
    const response = await server.fetch(`/models/${model}/versions/${version}/predict`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(rows),
    })
    return response.json()
  }
  return () => lambda[Symbol.asyncDispose]()
})

afterAll(async () => {
  await server.close()
  await s3.close()
  await folder[Symbol.asyncDispose]()
})

/** Deploys the zip against the stand-in; the canary lives for half a second. */
function deploy(...flags: string[]) {
  const program = join(root, 'runtimes/cli/bin.js')
  const args = ['deploy', 'lambda', '--function', 'scoring', '--zip', zip, '--models', join(root, 'models')]
  const quick = ['--alarm', 'errors', '--canary', '10', '--minutes', '0.005', '--poll', '50ms']
  return run(process.execPath, [program, ...args, ...quick, ...flags], {
    env: { ...process.env, ...lambda.environment },
  })
}

const BEFORE = { version: '1', weights: {} }
const CANARY = { version: '1', weights: { 2: 0.1 } }
const AFTER = { version: '2', weights: {} }

describe('deploy lambda', () => {
  it('publishes, asks the golden rows before anybody calls, gives a share of the calls, then all', async () => {
    const { code, stdout, stderr } = await deploy('--rollback', '--json')

    expect(stderr).toContain('version 2 gets 10 % of the calls, 1 the others')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'released', version: '2', previous: '1' })
    expect(lambda.routing).toEqual([CANARY, AFTER])
    expect(lambda.calls.indexOf('Invoke')).toBeLessThan(lambda.calls.indexOf('UpdateAlias'))
    expect(lambda.calls.filter(call => call === 'DescribeAlarms').length).toBeGreaterThan(3)
  })

  it('puts large zips through S3', async () => {
    const { code } = await deploy('--bucket', 'files')

    expect(code).toBe(0)
    expect(s3.keys().filter(key => key.startsWith('scoring/'))).toHaveLength(1)
  })

  it('has nothing to shift where the program is the one that serves', async () => {
    await deploy()
    const again = await deploy()

    expect(again.code).toBe(0)
    expect(lambda.routing).toEqual([CANARY, AFTER])
  })

  it('an alarm that goes sends all calls to the version before', async () => {
    lambda.alarms = [{ errors: 'OK' }, { errors: 'INSUFFICIENT_DATA' }, { errors: 'ALARM' }]

    const { code, stderr } = await deploy('--rollback')

    expect(code).toBe(6)
    expect(stderr).toContain('errors: the threshold was crossed')
    expect(stderr).toContain('1 serves again')
    expect(lambda.routing).toEqual([CANARY, BEFORE])
  })

  it('and stays with its share of the calls without --rollback', async () => {
    lambda.alarms = [{ errors: 'OK' }, { errors: 'ALARM' }]

    const { code, stderr } = await deploy()

    expect(code).toBe(6)
    expect(stderr).toContain('it was left there; --rollback goes back to 1')
    expect(lambda.routing).toEqual([CANARY])
  })

  it.each([
    ['answers otherwise', async () => [{ churn_probability: 0.5, churn: true }], 'golden row 1: expected'],
    ['throws', async () => Promise.reject(new Error('no model')), 'version 2 throws: {"errorMessage":"no model"}'],
  ])('a version that %s gets no call', async (_, invoke, words) => {
    lambda.invoke = invoke

    const { code, stderr } = await deploy('--rollback')

    expect(code).toBe(6)
    expect(stderr).toContain(words)
    expect(stderr).toContain('1 serves; the version never got a call')
    expect(lambda.routing).toEqual([])
  })

  it('nothing is changed while an alarm goes, or while another shift is under way', async () => {
    lambda.alarms = [{ errors: 'ALARM' }]
    const alarmed = await deploy()
    lambda.alarms = [{ errors: 'OK' }]
    lambda.routing.push(CANARY)
    const shifting = await deploy()

    expect(alarmed.stderr).toContain('alarms go already: errors')
    expect(shifting.stderr).toContain('a shift is under way: version 2 gets 10 % of the calls')
    expect([alarmed.code, shifting.code]).toEqual([6, 6])
    expect(lambda.calls).not.toContain('UpdateFunctionCode')
  })

  it('a program that Lambda cannot take, a function and an alarm that are not there', async () => {
    lambda.updates = ['InProgress', 'Failed']
    const broken = await deploy()
    const unknown = await deploy('--function', 'scorin')
    const unwatched = await deploy('--alarm', 'latency')

    expect(broken.stderr).toContain('Lambda could not take the program: says the stand-in')
    expect(unknown.stderr).toContain('ResourceNotFoundException')
    expect(unwatched.stderr).toContain('there is no alarm "latency"')
    expect([broken.code, unknown.code, unwatched.code]).toEqual([3, 8, 3])
    expect(lambda.routing).toEqual([])
  })

  it.each([
    ['UpdateAlias', 'this identity needs the permission lambda:UpdateAlias', 8],
    ['Invoke', 'this identity needs the permission lambda:InvokeFunction', 6],
    ['PublishVersion', 'this identity needs the permission lambda:PublishVersion', 8],
    ['DescribeAlarms', 'this identity needs the permission cloudwatch:DescribeAlarms', 8],
  ])('the identity may not call %s', async (denied, words, exitCode) => {
    lambda.refuse = operation => (operation === denied ? 'AccessDeniedException' : undefined)

    const { code, stderr } = await deploy('--rollback')

    expect(stderr).toContain(words)
    expect(code).toBe(exitCode)
    expect(lambda.routing).toEqual([])
  })

  it('somebody must look where the alias cannot be brought back', async () => {
    lambda.alarms = [{ errors: 'OK' }, { errors: 'ALARM' }]
    lambda.refuse = operation =>
      operation === 'UpdateAlias' && lambda.routing.length > 0 ? 'AccessDeniedException' : undefined

    const { code, stderr } = await deploy('--rollback')

    expect(code).toBe(8)
    expect(stderr).toContain('error[E_ROLLBACK]: 1 could not be brought back, somebody must look')
  })

  it('calls that come too fast are made again, and looks at alarms that fail are taken again', async () => {
    let [throttled, failed] = [0, 0]
    lambda.refuse = operation => {
      if (operation === 'GetAlias') return throttled++ < 2 ? 'TooManyRequestsException' : undefined
      return operation === 'DescribeAlarms' && lambda.routing.length === 1 && failed++ < 1
        ? 'InternalFailure'
        : undefined
    }

    const { code } = await deploy('--rollback')

    expect(code).toBe(0)
    expect(lambda.routing).toEqual([CANARY, AFTER])
  })
})
