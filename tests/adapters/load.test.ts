import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { probe, runClosedLoop } from '@scaling-mlops/adapters/load'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

describe('the closed loop', () => {
  let server: Server
  let url: URL
  let [seen, most, now] = [0, 0, 0]
  const bodies = new Set<string>()

  beforeAll(async () => {
    server = createServer((request, response) => {
      seen++
      most = Math.max(most, ++now)
      let body = ''
      request.on('data', data => {
        body += data
      })
      request.on('end', () => {
        bodies.add(body)
        setTimeout(() => {
          now--
          response.statusCode = request.url === '/refuse' ? 429 : 200
          // without a length Node answers in chunks
          if (request.url === '/chunks') response.write('{"a":')
          response.end('1}')
        }, 5)
      })
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  })
  afterAll(() => server.close())

  it('keeps as many requests in flight as connections, and counts every answer', async () => {
    seen = most = 0

    const result = await runClosedLoop({ url, body: '{"name":"Zoë"}', connections: 4, seconds: 0.3 })

    expect(result).toMatchObject({ connections: 4, requests: seen, failures: 0 })
    expect(most).toBe(4)
    expect([...bodies]).toEqual(['{"name":"Zoë"}'])
    expect(result.p50Milliseconds).toBeGreaterThanOrEqual(5)
    expect(result.rate).toBeLessThanOrEqual(4 / 0.0045)
  })

  it('reads answers in chunks, and counts those that are not 200', async () => {
    expect(await probe(new URL('/chunks', url), '{}')).toBe(200)
    const refused = await runClosedLoop({ url: new URL('/refuse', url), body: '{}', connections: 1, seconds: 0.05 })
    expect(refused.failures).toBe(refused.requests)
  })

  it('rejects where nothing listens', async () => {
    await expect(probe(new URL('http://127.0.0.1:1/'), '{}')).rejects.toThrow('ECONNREFUSED')
  })
})
