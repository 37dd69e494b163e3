import { setTimeout as delay } from 'node:timers/promises'
import { connectionLimits, type Listening, listen } from '@scaling-mlops/adapters/http'
import { compose } from '@scaling-mlops/runtimes/container'
import { tokens } from '@scaling-mlops/runtimes/container/tokens'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aRow, json } from '../../support/churn.ts'
import { configurationOf } from '../../support/host.ts'
import { openRaw, post } from '../../support/raw-connection.ts'

const container = compose(configurationOf({}))
/** As served, but with seconds made tenths of seconds. */
const limits = {
  ...connectionLimits,
  headersTimeout: 300,
  requestTimeout: 900,
  idleTimeout: 600,
  keepAliveTimeout: 200,
  checkInterval: 50,
  maxConnections: 50,
}
const HEAD = 'GET /ping HTTP/1.1\r\nhost: localhost\r\n'

let server: Listening
beforeAll(async () => {
  container.get(tokens.readiness).ready = true
  server = await listen(await container.getAsync(tokens.httpApp), { port: 0, host: '127.0.0.1', limits })
})
afterAll(async () => {
  await server.close(0)
  await container.unbindAllAsync()
})

/** The server answers others as if nothing had happened. */
const stillServes = async (): Promise<void> => {
  const response = await fetch(`${server.url}/predict`, json(aRow(), { connection: 'close' }))
  expect(response.status).toBe(200)
}

describe('as served', () => {
  it('a kept-alive connection outlasts the 60 s of a load balancer', () => {
    expect(connectionLimits.keepAliveTimeout).toBeGreaterThan(60_000)
  })
})

describe('a client that is slow', () => {
  it('to send anything at all is told 408 and cut', async () => {
    const connection = await openRaw(server.url)
    await connection.ended

    expect(connection.received).toMatch(/^HTTP\/1\.1 408 /)
  })

  it('to send its head, a byte at a time, is told 408 and cut', async () => {
    const connection = await openRaw(server.url, HEAD)
    const drip = setInterval(() => connection.socket.write('x'), 50)
    await connection.ended
    clearInterval(drip)

    expect(connection.received).toMatch(/^HTTP\/1\.1 408 /)
    await stillServes()
  })

  it('to send its body, a byte at a time, is told 408 and cut', async () => {
    const connection = await openRaw(server.url, post('{', { length: 1000 }))
    const drip = setInterval(() => connection.socket.write(' '), 50)
    await connection.ended
    clearInterval(drip)

    expect(connection.received).toMatch(/^HTTP\/1\.1 408 /)
    await stillServes()
  })

  it('and stops in the middle of its body is cut', async () => {
    const connection = await openRaw(server.url, post('{', { length: 1000 }))
    await connection.ended
    await stillServes()
  })

  it('to read its answer is cut when it stops reading', async () => {
    // more than the kernels of both sides hold
    const text = 'x'.repeat(50_000_000)
    const asked = Promise.withResolvers<void>()
    const answer = async (): Promise<Response> => {
      asked.resolve()
      return new Response(text)
    }
    const app = Object.assign(answer, { direct: () => undefined, routes: [] })
    const lavish = await listen(app, { port: 0, host: '127.0.0.1', limits })
    const connection = await openRaw(lavish.url)
    connection.socket.pause().write(`${HEAD}\r\n`)
    await asked.promise
    await delay(5 * limits.idleTimeout)
    connection.socket.resume()
    await connection.ended
    await lavish.close(0)

    expect(connection.received).toMatch(/^HTTP\/1\.1 200 /)
    expect(connection.received.length).toBeLessThan(text.length)
  })

  it('to come back finds its connection closed', async () => {
    const connection = await openRaw(server.url, `${HEAD}\r\n`)
    await connection.ended

    expect(connection.received).toContain('PONG')
  })
})

describe('a head', () => {
  it('of more than 16 KiB is answered with 431', async () => {
    const connection = await openRaw(server.url, `${HEAD}x: ${'x'.repeat(16_384)}\r\n\r\n`)
    await connection.ended

    expect(connection.received).toMatch(/^HTTP\/1\.1 431 /)
    await stillServes()
  })

  it('that never ends is answered with 431 before the client has finished', async () => {
    const connection = await openRaw(server.url, HEAD)
    const flood = setInterval(() => connection.socket.write('x: y\r\n'.repeat(1000)), 1)
    await connection.ended
    clearInterval(flood)

    expect(connection.received).toMatch(/^HTTP\/1\.1 431 /)
    await stillServes()
  })

  it('of thousands of headers keeps the last of them', async () => {
    const connection = await openRaw(
      server.url,
      `${HEAD}${'a:\r\n'.repeat(3000)}x-request-id: the-last\r\nconnection: close\r\n\r\n`,
    )
    await connection.ended

    expect(connection.received).toContain('the-last')
  })
})

describe('what is no HTTP', () => {
  const requests = {
    noise: '\x00\x01\x02\x03\r\n\r\n',
    'a TLS handshake': '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
    'HTTP/2': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'two lengths': `POST /predict HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}`,
    'a length and chunks': `POST /predict HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    'a length below zero': `POST /predict HTTP/1.1\r\nhost: a\r\ncontent-length: -1\r\n\r\n`,
    'a chunk without a size': `POST /predict HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n`,
    'a header without a colon': 'GET /ping HTTP/1.1\r\nhost\r\n\r\n',
    'a request without a host': 'GET /ping HTTP/1.1\r\n\r\n',
    'a target that is none': 'GET http://[::1 HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n',
  }
  it.each(Object.entries(requests))('is answered with 400: %s', async (_, text) => {
    const connection = await openRaw(server.url, text)
    await connection.ended

    expect(connection.received).toMatch(/^HTTP\/1\.1 400 /)
    await stillServes()
  })
})

describe('connections', () => {
  it('beyond the limit are closed, and there is room again when others end', async () => {
    const many = await Promise.all(Array.from({ length: limits.maxConnections }, () => openRaw(server.url)))
    const oneMore = await openRaw(server.url, `${HEAD}\r\n`)
    await oneMore.ended
    for (const { socket } of many) socket.destroy()
    await Promise.all(many.map(({ ended }) => ended))
    await delay(50)

    expect(oneMore.received).toBe('')
    await stillServes()
  })
})
