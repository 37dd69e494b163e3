import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { aRow } from '../support/churn.ts'
import { freePort } from '../support/free-port.ts'
import { openProcessHost, type ProcessHost } from '../support/host.ts'
import { openNginx } from './nginx.ts'
import { startTraffic } from './traffic.ts'

const RESTARTS = Number(process.env.RESTARTS ?? 20)
/** nginx leaves a backend alone for 10 s after it failed: the next may only go when this one is asked again. */
const LEFT_ALONE_MS = 10_000

// a busy machine must not turn requests away here: overload is another suite's matter
const start = (port: number): Promise<ProcessHost> =>
  openProcessHost({ PORT: String(port), DRAIN_SECONDS: '1', MAX_LOOP_MS: '10000' })

describe('two backends behind nginx, as Elastic Beanstalk sets it', () => {
  it(`fail no request while one after the other is ended by SIGTERM and started again, ${RESTARTS} times`, {
    timeout: RESTARTS * 60_000,
  }, async () => {
    const ports = [await freePort(), await freePort()]
    const backends = await Promise.all(ports.map(start))
    await using nginx = await openNginx(ports)
    const traffic = startTraffic(nginx.url, JSON.stringify(aRow()), { clients: 32, pauseMs: 20 })

    const exits: (number | null)[] = []
    for (let restart = 0; restart < RESTARTS; restart++) {
      const turn = restart % 2
      const port = ports[turn] as number
      exits.push(await (backends[turn] as ProcessHost).stop())
      backends[turn] = await start(port)
      await delay(LEFT_ALONE_MS)
    }
    await traffic.stop()
    await Promise.all(backends.map(backend => backend.close()))

    console.log(`${RESTARTS} restarts: ${JSON.stringify(Object.fromEntries(traffic.answers))}`)
    expect([...traffic.answers.keys()], (await nginx.errors()).join('\n')).toEqual(['200'])
    expect(traffic.answers.get('200')).toBeGreaterThan(RESTARTS * 100)
    expect(new Set(exits)).toEqual(new Set([0]))
  })
})
