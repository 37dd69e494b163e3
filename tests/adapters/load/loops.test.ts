import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { createTarget, runClosedLoop, runOpenLoop } from '@scaling-mlops/adapters/load'
import { afterEach, describe, expect, it } from 'vitest'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

const request = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"a":1}' }

async function open(server: Server): Promise<string> {
  servers.push(server)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/predict`
}

/** A server that answers each request with these bytes, cut into pieces of that length. */
function rawServer(response: string, piece: number, ends = false): Server {
  return createServer((socket: Socket) => {
    socket.setNoDelay(true)
    socket.on('error', () => {})
    socket.on('data', async () => {
      for (let at = 0; at < response.length; at += piece) {
        socket.write(response.slice(at, at + piece))
        await new Promise(resolve => setImmediate(resolve))
      }
      if (ends) socket.end()
    })
  })
}

const quick = { connections: 2, warmUpMs: 0, durationMs: 250 }

describe('the closed loop', () => {
  const framings: Record<string, string> = {
    'of a declared length': 'HTTP/1.1 201 Created\r\nContent-Length: 5\r\n\r\nhello',
    'in chunks with a trailer':
      'HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nX-Sum: 1\r\n\r\n',
    'without a body': 'HTTP/1.1 204 No Content\r\n\r\n',
    'behind an interim one': 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n',
  }
  for (const [name, response] of Object.entries(framings))
    for (const piece of [1, 7, 1000])
      it(`reads responses ${name}, in pieces of ${piece} bytes`, async () => {
        const report = await runClosedLoop({
          ...quick,
          target: createTarget(await open(rawServer(response, piece)), request),
        })

        expect(report.failures).toEqual({})
        expect(report.answers).toBeGreaterThan(0)
        expect(Object.keys(report.statuses)).toHaveLength(1)
        expect(report.accepted.count).toBe(report.answers)
      })

  it('reads responses that end with their connection, and connects again', async () => {
    const server = rawServer('HTTP/1.1 200 OK\r\n\r\nhello', 3, true)
    const report = await runClosedLoop({ ...quick, target: createTarget(await open(server), request) })

    expect(report.failures).toEqual({})
    expect(report.accepted.count).toBeGreaterThan(0)
  })

  it('counts what breaks by its reason, and goes on', async () => {
    let count = 0
    const server = createHttpServer((_, response) => (++count % 2 ? response.destroy() : response.end('ok')))
    const report = await runClosedLoop({ ...quick, target: createTarget(await open(server), request) })

    expect(report.failures).toEqual({ 'the server closed the connection before it answered': expect.any(Number) })
    expect(report.accepted.count).toBeGreaterThan(0)
  })

  it('counts statuses apart, and only the 200s as accepted', async () => {
    let count = 0
    const server = createHttpServer((_, response) => response.writeHead(++count % 2 ? 200 : 429).end('{}'))
    const report = await runClosedLoop({ ...quick, target: createTarget(await open(server), request) })

    expect(Object.keys(report.statuses)).toEqual(['200', '429'])
    expect(report.accepted.count).toBe(report.statuses[200]?.count)
  })

  it('sends the request as it was given', async () => {
    const seen: unknown[] = []
    const server = createHttpServer(async (incoming, response) => {
      const body = (await incoming.toArray()).join('')
      seen.push([incoming.method, incoming.url, incoming.headers['x-timeout'], body])
      response.end()
    })
    const target = createTarget(`${await open(server)}?a=b`, {
      ...request,
      headers: { 'X-Timeout': '50' },
      body: '{"ä":1}',
    })
    await runClosedLoop({ ...quick, connections: 1, durationMs: 50, target })

    expect(seen[0]).toEqual(['POST', '/predict?a=b', '50', '{"ä":1}'])
  })

  it('refuses headers that would break out of their line', () => {
    expect(() => createTarget('http://localhost/', { ...request, headers: { a: 'b\r\nc: d' } })).toThrow(TypeError)
  })
})

describe('the open loop', () => {
  const options = {
    rate: 200,
    pattern: 'constant',
    connections: 8,
    warmUpMs: 0,
    durationMs: 500,
    timeoutMs: 2000,
  } as const

  it.each(['exact', 'timer'] as const)('sends as many requests as are due, by %s pacing', async pacing => {
    const server = createHttpServer((_, response) => response.end('ok'))
    const report = await runOpenLoop({ ...options, pacing, target: createTarget(await open(server), request) })

    expect(report.accepted.count).toBe(100)
    expect(report.failures).toEqual({})
  })

  it('times requests from the moment they were due: a server that stalls once is seen by all that were due meanwhile', async () => {
    let first = true
    const server = createHttpServer((_, response) => {
      const stall = first ? 300 : 0
      first = false
      setTimeout(() => response.end('ok'), stall)
    })
    const report = await runOpenLoop({ ...options, connections: 1, target: createTarget(await open(server), request) })

    // one request waits 300 ms, the next 295, …: of 100 about 50 wait for longer than 50 ms, where a closed loop would see one
    expect(report.accepted.count).toBe(100)
    expect(report.accepted.latency.max).toBeGreaterThan(290)
    expect(report.accepted.latency.p50).toBeGreaterThan(20)
    expect(report.generator.waited).toBeGreaterThan(50)
  })

  it('gives up what is not answered in time, on a connection or waiting for one', async () => {
    const server = createHttpServer(() => {})
    const report = await runOpenLoop({
      ...options,
      connections: 2,
      timeoutMs: 100,
      target: createTarget(await open(server), request),
    })

    const given = Object.values(report.failures).reduce((sum, count) => sum + count, 0)
    expect(Object.keys(report.failures).toSorted()).toEqual(['no answer within 100 ms', 'no connection within 100 ms'])
    expect(given).toBe(100)
    expect(report.answers).toBe(0)
  })
})
