import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { aRow, json } from '../../support/churn.ts'
import { openProcessHost } from '../../support/host.ts'

describe('SIGTERM', () => {
  it('lets the request in flight finish, says so by readiness, and ends with 0', async () => {
    const host = await openProcessHost()
    const body = JSON.stringify(aRow())
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(new URL(host.url).port), '127.0.0.1')
      let received = ''
      socket.setEncoding('utf8')
      socket.on('data', data => {
        received += data
      })
      socket.on('error', reject)
      socket.on('end', () => resolve(received))
      // half of the body before the signal, half after: the request is in flight when the server begins to stop
      socket.write(
        `POST /predict HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body.slice(0, 100)}`,
      )
      setTimeout(() => host.child.kill('SIGTERM'), 100)
      setTimeout(() => socket.write(body.slice(100)), 400)
    })

    expect(answer).toContain('HTTP/1.1 200 OK')
    expect(answer).toContain('{"churn_probability":0.6812940239906311,"churn":true}')
    expect(await host.stop()).toBe(0)
    expect(host.log.at(-1)).toMatchObject({ msg: 'stopped' })
  })

  it('ends idle connections at once', async () => {
    const host = await openProcessHost()
    await (await host.fetch('/predict', json(aRow()))).text()
    const started = performance.now()

    expect(await host.stop()).toBe(0)
    expect(performance.now() - started).toBeLessThan(3000)
  })

  it('turns readiness false at once, and requests are served for DRAIN_SECONDS more, their answers ending connections', async () => {
    const host = await openProcessHost({ DRAIN_SECONDS: '2' })
    const stopped = host.stop()
    await new Promise(resolve => setTimeout(resolve, 200))
    const ready = await host.fetch('/health/ready')
    const answer = await host.fetch('/predict', json(aRow()))

    expect([ready.status, answer.status]).toEqual([503, 200])
    expect(answer.headers.get('connection')).toBe('close')
    expect(await stopped).toBe(0)
    await expect(host.fetch('/ping')).rejects.toThrow()
  })

  it('ends at once when it comes a second time, during the drain too', async () => {
    const host = await openProcessHost({ DRAIN_SECONDS: '3600' })
    host.child.kill('SIGTERM')
    await new Promise(resolve => setTimeout(resolve, 200))

    expect((await host.fetch('/predict', json(aRow()))).status).toBe(200)
    expect(await host.stop()).toBe(143)
  })

  it('ends at once when it comes a second time', async () => {
    const host = await openProcessHost()
    const socket = connect(Number(new URL(host.url).port), '127.0.0.1')
    socket.on('error', () => {})
    socket.write(
      'POST /predict HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{',
    )
    await new Promise(resolve => setTimeout(resolve, 100))
    host.child.kill('SIGTERM')
    await new Promise(resolve => setTimeout(resolve, 100))

    expect(await host.stop()).toBe(143)
    socket.destroy()
  })
})
