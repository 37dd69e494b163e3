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
