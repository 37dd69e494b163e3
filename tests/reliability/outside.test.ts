import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, vi } from 'vitest'
import { aRow, json } from '../support/churn.ts'
import { freePort } from '../support/free-port.ts'
import { openProcessHost, repository } from '../support/host.ts'
import { memoryOf } from '../support/memory-of.ts'
import { openRaw, post, type RawConnection } from '../support/raw-connection.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const body = JSON.stringify(aRow())

/** So many times, a number of them at once. */
async function times(count: number, atOnce: number, act: () => Promise<unknown>): Promise<void> {
  let left = count
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (left-- > 0) await act()
    }),
  )
}

const predicts = async (url: string): Promise<void> => {
  const response = await fetch(`${url}/predict`, json(aRow()))
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({ churn: true })
}

/** The container's entry with a command line and standard output of the test's own. */
async function startServer(command: readonly [string, ...string[]], stdout: number | 'pipe') {
  const port = await freePort()
  const child = spawn(command[0], command.slice(1), {
    cwd: root,
    env: { PATH: process.env.PATH, HOST: '127.0.0.1', PORT: String(port), DRAIN_SECONDS: '0' },
    stdio: ['ignore', stdout, 'inherit'],
  })
  const url = `http://127.0.0.1:${port}`
  await vi.waitFor(async () => expect((await fetch(`${url}/health/ready`)).status).toBe(200), { timeout: 30_000 })
  return {
    url,
    child,
    async stop(): Promise<number | null> {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM')
        await once(child, 'exit')
      }
      return child.exitCode
    },
  }
}
const SERVE = [process.execPath, 'runtimes/container/main.ts'] as const

describe('a model folder that is deleted while it is served', () => {
  it('is served on from memory', async () => {
    await using folder = await temporaryFolder()
    await cp(join(repository, 'churn/1'), join(folder.path, 'churn/1'), { recursive: true })
    const host = await openProcessHost({ MODEL_REPOSITORY: folder.path })
    await rm(join(folder.path, 'churn'), { recursive: true })
    await predicts(host.url)

    expect(await (await host.fetch('/models/churn')).json()).toMatchObject({ manifest: { name: 'churn' } })
    expect(await host.stop()).toBe(0)
  })
})

describe('a log', () => {
  it('whose reader goes away costs lines, no request, and the server still ends with 0', async () => {
    const server = await startServer([...SERVE], 'pipe')
    server.child.stdout?.destroy()
    await times(1000, 16, () => predicts(server.url))

    expect(await server.stop()).toBe(0)
  })

  it('on a full disk costs lines, no request, and the server still ends with 0', async () => {
    const server = await startServer([...SERVE], openSync('/dev/full', 'w'))
    await times(1000, 16, () => predicts(server.url))

    expect(await server.stop()).toBe(0)
  })

  it('whose reader stands still costs no request and no memory without bound', async () => {
    const server = await startServer([...SERVE], 'pipe')
    await times(6000, 32, () => fetch(`${server.url}/${'x'.repeat(200)}`).then(response => response.text()))
    await predicts(server.url)

    expect(memoryOf(server.child.pid) ?? 0).toBeLessThan(400_000_000)
    server.child.stdout?.resume()
    expect(await server.stop()).toBe(0)
  })
})

describe('file descriptors that run out', () => {
  it('end connections, never the server, and it answers again once there are some', async () => {
    const server = await startServer(['sh', '-c', 'ulimit -n 100; exec "$0" "$@"', ...SERVE], 'pipe')
    server.child.stdout?.resume()
    const crowd = await Promise.all(Array.from({ length: 300 }, () => openRaw(server.url, 'GET /ping')))
    await delay(500)
    expect(server.child.exitCode).toBeNull()
    for (const { socket } of crowd) socket.destroy()
    await Promise.all(crowd.map(({ ended }) => ended))

    await vi.waitFor(() => predicts(server.url), { timeout: 10_000 })
    expect(await server.stop()).toBe(0)
  })
})

describe('clients by the thousand that', () => {
  it('go in the middle of their body, in the middle of their answer: others are answered, and only JSON is logged', async () => {
    const host = await openProcessHost()
    const lines = `${body}\n`.repeat(2000)
    await times(1000, 50, async () => {
      const connection = await openRaw(host.url, post(body.slice(0, 100), { length: body.length }))
      connection.socket.resetAndDestroy()
      await connection.ended
    })
    await times(1000, 50, async () => {
      const connection = await openRaw(host.url, post(body))
      connection.socket.destroy()
      await connection.ended
    })
    await times(200, 20, async () => {
      const connection = await openRaw(host.url, post(lines).replace('application/json', 'application/x-ndjson'))
      await Promise.race([once(connection.socket, 'data'), connection.ended])
      connection.socket.resetAndDestroy()
      await connection.ended
    })
    await predicts(host.url)

    // openProcessHost parses every line: one that is no JSON would have failed this test
    expect(await host.stop()).toBe(0)
    expect(host.log.filter(({ level }) => level === 'error')).toEqual([])
  })

  it('never finish their body: thousands that wait keep nobody out', async () => {
    const host = await openProcessHost()
    await times(500, 8, () => predicts(host.url))
    const crowd = await Promise.all(
      Array.from({ length: 3000 }, () => openRaw(host.url, post(body.slice(0, 100), { length: body.length }))),
    )
    // a machine that is busy with three thousand connections takes its time, and refuses meanwhile; counted as work they would keep all others out
    await times(100, 4, () =>
      until(() =>
        predicts(host.url)
          .then(() => true)
          .catch(() => false),
      ),
    )

    for (const { socket } of crowd) socket.destroy()
    expect(await host.stop()).toBe(0)
  })

  it('hold ten thousand connections and say nothing keep nobody out, take little memory, and hold up no end', async () => {
    const most = Number(execFileSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }))
    // ten thousand, or what this system lets a process hold
    const count = Number.isNaN(most) ? 10_000 : Math.min(10_000, most - 200)
    const host = await openProcessHost()
    await times(500, 8, () => predicts(host.url))
    const held = (): number => memoryOf(host.child.pid) ?? 0
    const before = held()
    const crowd: RawConnection[] = []
    // half of them have asked before, half have never said anything
    await times(count, 100, async () => {
      const asks = crowd.length % 2 === 0
      const connection = await openRaw(host.url, asks ? 'GET /ping HTTP/1.1\r\nhost: localhost\r\n\r\n' : '')
      crowd.push(connection)
      if (asks) await Promise.race([once(connection.socket, 'data'), connection.ended])
    })
    expect(crowd.filter(({ socket }) => !socket.destroyed)).toHaveLength(count)

    await times(100, 4, () => predicts(host.url))
    expect(held() - before).toBeLessThan(count * 20_000)
    expect(await host.stop()).toBe(0)
  })
})
