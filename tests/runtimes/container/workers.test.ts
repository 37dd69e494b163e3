import { once } from 'node:events'
import { cp, readFile, writeFile } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aRow, json } from '../../support/churn.ts'
import { type Environment, openProcessHost, type ProcessHost, repository } from '../../support/host.ts'
import { startLoad } from '../../support/load.ts'
import { run } from '../../support/run.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { until } from '../../support/until.ts'

type Team = ProcessHost & AsyncDisposable

async function openTeam(environment: Environment = {}): Promise<Team> {
  const host = await openProcessHost({ WORKERS: '2', ...environment })
  return { ...host, [Symbol.asyncDispose]: () => host.close() }
}

const said = ({ log }: ProcessHost, message: string) => log.findLast(({ msg }) => msg === message)
/** The processes that answer now, by what the log has told. */
const pidsOf = ({ log }: ProcessHost): number[] => {
  let pids: number[] = []
  for (const entry of log) {
    if (entry.msg === 'listening' || entry.msg === 'reloaded') pids = [...(entry.pids as number[])]
    if (entry.msg === 'worker died') pids = pids.filter(pid => pid !== entry.pid)
    if (entry.msg === 'worker replaced') pids.push(entry.pid as number)
  }
  return pids
}
const firstPid = (host: ProcessHost): number => pidsOf(host)[0] as number
const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
const gone = (pids: readonly number[]) => until(() => !pids.some(isAlive))
/** A connection of its own: one that is kept leads to the same worker again. */
const alone = { headers: { connection: 'close' } }
const predictionsOf = async (host: ProcessHost): Promise<number> =>
  Number(/^model_serving_predictions_total (\d+)$/m.exec(await (await host.fetch('/metrics', alone)).text())?.[1])
const ask = async (host: ProcessHost, times: number): Promise<void> => {
  for (let time = 0; time < times; time++) {
    const response = await host.fetch('/predict', json(aRow(), { connection: 'close' }))
    expect(await response.json()).toEqual({ churn_probability: 0.6812940239906311, churn: true })
  }
}

describe('two workers', () => {
  let models: Awaited<ReturnType<typeof temporaryFolder>>
  let host: Team
  beforeAll(async () => {
    models = await temporaryFolder()
    await cp(join(repository, 'churn/1'), join(models.path, 'churn/1'), { recursive: true })
    host = await openTeam({ MODEL_REPOSITORY: models.path })
  })
  afterAll(async () => {
    await host.close()
    await models[Symbol.asyncDispose]()
  })

  it('count together, also what a dead one had counted', async () => {
    await ask(host, 20)
    await until(async () => (await predictionsOf(host)) === 20)
    process.kill(firstPid(host), 'SIGKILL')
    await until(() => said(host, 'worker replaced'))
    await ask(host, 5)

    await until(async () => (await predictionsOf(host)) === 25)
    const metrics = await (await host.fetch('/metrics', alone)).text()
    expect(metrics).toContain('\nmodel_serving_prediction_latency_seconds_count 25\n')
    expect(metrics).toMatch(/^model_serving_worker_utilization_percent \d/m)
  })

  it('both answer on one port, and one that stands still holds up nobody who comes new', async () => {
    for (const pid of pidsOf(host)) {
      process.kill(pid, 'SIGSTOP')
      await ask(host, 3)
      process.kill(pid, 'SIGCONT')
    }

    expect(new Set(pidsOf(host)).size).toBe(2)
    expect(host.log.filter(({ msg }) => msg === 'listening')).toHaveLength(1)
  })

  it('lose with a killed one no request but its own, and get another', async () => {
    const clients = 4
    const loads = [true, false].map(keepAlive => startLoad(host.url, clients, { keepAlive }))
    await pause(200)
    const before = host.log.length
    const victim = firstPid(host)
    process.kill(victim, 'SIGKILL')
    await until(() => host.log.slice(before).some(({ msg }) => msg === 'worker replaced'))
    await pause(100)
    const results = await Promise.all(loads.map(load => load.stop()))

    expect(said(host, 'worker died')).toMatchObject({ pid: victim, signal: 'SIGKILL' })
    for (const { answered, failures } of results) {
      expect(answered).toBeGreaterThan(clients)
      // a client has one request on its way at the most
      expect(failures.length).toBeLessThanOrEqual(clients)
      expect(failures.filter(failure => !/ECONNRESET|EPIPE|socket hang up/.test(failure))).toEqual([])
    }
    expect(pidsOf(host).every(isAlive)).toBe(true)
    expect(pidsOf(host)).toHaveLength(2)
  })

  it('are replaced on SIGHUP without a lost or uncounted request, and serve the version that came meanwhile', async () => {
    const pids = pidsOf(host)
    const counted = await settled(() => predictionsOf(host))
    const deaths = host.log.filter(({ msg }) => msg === 'worker died').length
    const loads = [true, false].map(keepAlive => startLoad(host.url, 4, { keepAlive }))
    await pause(200)
    await copyAsVersion(2, models.path)
    host.child.kill('SIGHUP')
    await until(() => said(host, 'reloaded'))
    await pause(100)
    const results = await Promise.all(loads.map(load => load.stop()))

    expect(results.flatMap(({ failures }) => failures)).toEqual([])
    expect(pidsOf(host).filter(pid => pids.includes(pid))).toEqual([])
    expect(pids.filter(isAlive)).toEqual([])
    expect(await (await host.fetch('/models')).json()).toMatchObject({ models: [{ serving: 2 }] })
    expect(host.log.filter(({ msg }) => msg === 'worker died')).toHaveLength(deaths)
    const answered = results.reduce((sum, result) => sum + result.answered, 0)
    await until(async () => (await predictionsOf(host)) >= counted + answered)
  })

  it('stay when those that should replace them cannot start', async () => {
    const pids = pidsOf(host)
    for (const version of [1, 2]) await writeFile(join(models.path, `churn/${version}/model.onnx`), 'not an ONNX graph')
    host.child.kill('SIGHUP')

    expect(await until(() => said(host, 'reload failed: workers that are not yet replaced stay'))).toMatchObject({
      reason: expect.stringContaining('model.onnx'),
    })
    await ask(host, 3)
    expect(pids.every(isAlive)).toBe(true)
  })

  it('finish on SIGTERM what they have, and leave nobody behind', async () => {
    const pids = pidsOf(host)
    const body = JSON.stringify(aRow())
    const answers: Promise<string>[] = []
    const sockets: Socket[] = []
    for (let index = 0; index < 6; index++) {
      const socket = connect(Number(new URL(host.url).port), '127.0.0.1').setEncoding('utf8')
      sockets.push(socket)
      answers.push(once(socket, 'data').then(([data]) => String(data)))
      socket.write(
        `POST /predict HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${body.length}\r\n\r\n${body.slice(0, 9)}`,
      )
    }
    await pause(300)
    const stopped = host.stop()
    await pause(200)
    for (const socket of sockets) socket.write(body.slice(9))

    for (const answer of await Promise.all(answers)) expect(answer).toContain('HTTP/1.1 200 OK')
    expect(await stopped).toBe(0)
    expect(pids.filter(isAlive)).toEqual([])
    expect(host.log.at(-1)).toMatchObject({ msg: 'stopped' })
  })
})

describe('nobody is left behind', () => {
  it('by a second signal, which ends all at once', async () => {
    await using host = await openTeam()
    const pids = pidsOf(host)
    // one that stands still cannot finish
    process.kill(firstPid(host), 'SIGSTOP')
    host.child.kill('SIGTERM')
    await pause(100)
    host.child.kill('SIGINT')

    await until(() => host.child.exitCode !== null)
    expect(host.child.exitCode).toBe(130)
    await gone(pids)
  })

  it('by a primary that is killed', async () => {
    await using host = await openTeam()
    const pids = pidsOf(host)
    host.child.kill('SIGKILL')

    await gone(pids)
  })
})

describe('workers that cannot start', () => {
  const start = async (environment: Environment) => {
    const { code, stdout, stderr } = await run(process.execPath, ['runtimes/local/main.ts'], {
      cwd: join(repository, '..'),
      env: { PATH: process.env.PATH, PORT: '0', WORKERS: '2', ...environment },
    })
    return { code, stdout, lines: stderr.trim().split('\n') }
  }

  it('say once what is wrong with a model', async () => {
    await using folder = await temporaryFolder()
    await cp(join(repository, 'churn/1'), join(folder.path, 'churn/1'), { recursive: true })
    await writeFile(join(folder.path, 'churn/1/model.onnx'), 'not an ONNX graph')

    expect(await start({ MODEL_REPOSITORY: folder.path })).toEqual({
      code: 5,
      stdout: '',
      lines: [expect.stringMatching(/^error\[E_MODEL\]: model churn, version 1: model\.onnx .*SHA-256/)],
    })
  })

  it('say once that the port is in use', async () => {
    const holder = createServer().listen(0, '127.0.0.1')
    await new Promise(resolve => holder.once('listening', resolve))
    const { port } = holder.address() as { port: number }
    const { code, lines } = await start({ PORT: String(port) })
    holder.close()

    expect({ code, lines }).toEqual({
      code: 3,
      lines: [expect.stringContaining(`port ${port} on 127.0.0.1 is in use`)],
    })
  })
})

/** A value that two looks a while apart agree on. */
async function settled(look: () => Promise<number>): Promise<number> {
  for (let last = await look(); ; ) {
    await pause(1500)
    const value = await look()
    if (value === last) return value
    last = value
  }
}

async function copyAsVersion(version: number, models: string): Promise<void> {
  const folder = join(models, 'churn', String(version))
  await cp(join(repository, 'churn/1'), folder, { recursive: true })
  const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'))
  await writeFile(join(folder, 'manifest.json'), JSON.stringify({ ...manifest, version }))
}
