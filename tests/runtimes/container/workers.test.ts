import { cp, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
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
const predictionsOf = async (host: ProcessHost): Promise<number> =>
  Number(/^model_serving_predictions_total (\d+)$/m.exec(await (await host.fetch('/metrics')).text())?.[1])
const ask = async (host: ProcessHost, times: number): Promise<void> => {
  for (let time = 0; time < times; time++) {
    const response = await host.fetch('/predict', json(aRow(), { connection: 'close' }))
    expect(await response.json()).toEqual({ churn_probability: 0.6812940239906311, churn: true })
  }
}

describe('two workers', () => {
  it('both answer on one port, and one that stands still holds up nobody who comes new', async () => {
    await using host = await openTeam()

    for (const pid of pidsOf(host)) {
      process.kill(pid, 'SIGSTOP')
      await ask(host, 3)
      process.kill(pid, 'SIGCONT')
    }

    expect(new Set(pidsOf(host)).size).toBe(2)
    expect(host.log.filter(({ msg }) => msg === 'listening')).toHaveLength(1)
  })

  it.each([true, false])(
    'lose with a killed one no request but its own, and get another (kept connections: %s)',
    async keepAlive => {
      await using host = await openTeam()
      const clients = 8
      const load = startLoad(host.url, clients, { keepAlive })
      await pause(200)
      const victim = firstPid(host)
      process.kill(victim, 'SIGKILL')
      await until(() => said(host, 'worker replaced'))
      await pause(200)
      const { answered, failures } = await load.stop()

      expect(said(host, 'worker died')).toMatchObject({ pid: victim, signal: 'SIGKILL', replacedInMs: 0 })
      expect(answered).toBeGreaterThan(clients)
      // a client has one request on its way at most, and the killed one had not all of them
      expect(failures.length).toBeLessThan(clients)
      expect(failures.filter(failure => !/ECONNRESET|socket hang up/.test(failure))).toEqual([])
      expect(pidsOf(host).every(isAlive)).toBe(true)
      expect(pidsOf(host)).toHaveLength(2)
    },
  )

  it('are replaced on SIGHUP without a lost request, and serve the version that came meanwhile', async () => {
    await using folder = await temporaryFolder()
    const models = folder.path
    await cp(join(repository, 'churn/1'), join(models, 'churn/1'), { recursive: true })
    await using host = await openTeam({ MODEL_REPOSITORY: models })
    const before = pidsOf(host)
    const loads = [true, false].map(keepAlive => startLoad(host.url, 4, { keepAlive }))
    await pause(200)
    await cp(join(repository, 'churn/1'), join(models, 'churn/2'), { recursive: true })
    await renumber(join(models, 'churn/2'))
    host.child.kill('SIGHUP')
    await until(() => said(host, 'reloaded'))
    await pause(200)
    const results = await Promise.all(loads.map(load => load.stop()))

    expect(results.flatMap(({ failures }) => failures)).toEqual([])
    expect(pidsOf(host).filter(pid => before.includes(pid))).toEqual([])
    expect(before.filter(isAlive)).toEqual([])
    expect(await (await host.fetch('/models')).json()).toMatchObject({ models: [{ serving: 2 }] })
    expect(said(host, 'worker died')).toBeUndefined()
  })

  it('stay when those that should replace them cannot start', async () => {
    await using folder = await temporaryFolder()
    await cp(join(repository, 'churn/1'), join(folder.path, 'churn/1'), { recursive: true })
    await using host = await openTeam({ MODEL_REPOSITORY: folder.path })
    const before = pidsOf(host)
    await writeFile(join(folder.path, 'churn/1/model.onnx'), 'not an ONNX graph')
    host.child.kill('SIGHUP')

    expect(await until(() => said(host, 'reload failed: workers that are not yet replaced stay'))).toMatchObject({
      reason: expect.stringContaining('model.onnx'),
    })
    await ask(host, 3)
    expect(before.every(isAlive)).toBe(true)
  })

  it('finish on SIGTERM what they have, and leave nobody behind', async () => {
    await using host = await openTeam()
    const pids = pidsOf(host)
    const load = startLoad(host.url, 4, { keepAlive: true })
    await pause(100)

    expect(await host.stop()).toBe(0)
    expect(pids.filter(isAlive)).toEqual([])
    expect(host.log.at(-1)).toMatchObject({ msg: 'stopped' })
    const { failures } = await load.stop()
    expect(failures.filter(failure => !/ECONNREFUSED/.test(failure))).toEqual([])
  })

  it('end at once on a second signal', async () => {
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

  it('end with their primary, however it ends', async () => {
    await using host = await openTeam()
    const pids = pidsOf(host)
    host.child.kill('SIGKILL')

    await gone(pids)
  })

  it('count together, also what a dead one had counted', async () => {
    await using host = await openTeam()
    await ask(host, 20)
    await until(async () => (await predictionsOf(host)) === 20)
    process.kill(firstPid(host), 'SIGKILL')
    await until(() => said(host, 'worker replaced'))
    await ask(host, 5)
    await until(async () => (await predictionsOf(host)) === 25)

    host.child.kill('SIGHUP')
    await until(() => said(host, 'reloaded'))
    const metrics = await (await host.fetch('/metrics')).text()
    expect(metrics).toContain('\nmodel_serving_predictions_total 25\n')
    expect(metrics).toContain('\nmodel_serving_prediction_latency_seconds_count 25\n')
    expect(metrics).toMatch(/^model_serving_worker_utilization_percent \d/m)
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

async function renumber(folder: string): Promise<void> {
  const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'))
  await writeFile(join(folder, 'manifest.json'), JSON.stringify({ ...manifest, version: 2 }))
}
