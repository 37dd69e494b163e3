import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openProcessHost, openServerHost } from '../../support/host.ts'

describe('a body over the limit', () => {
  let host: Awaited<ReturnType<typeof openServerHost>>
  beforeAll(async () => {
    host = await openServerHost({ MAX_BODY_BYTES: '1000' })
  })
  afterAll(() => host.close())

  /** Sends headers and a first part, and answers what comes back although the rest never follows. */
  const answerTo = (head: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect(Number(new URL(host.url).port), '127.0.0.1')
      let received = ''
      socket.setEncoding('utf8')
      socket.on('data', data => {
        received += data
      })
      socket.on('close', () => resolve(received))
      socket.on('error', reject)
      socket.write(`POST /predict HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n${head}`)
    })

  it('is refused by its declared length, before any of it arrives, and the connection ends', async () => {
    const answer = await answerTo('content-length: 1000000000\r\n\r\n')
    expect(answer).toContain('HTTP/1.1 413')
    expect(answer).toContain('"code":"body_too_large"')
  })

  it('is told so while it is still being sent', async () => {
    const other = await openProcessHost()
    const length = 1_200_000
    for (let attempt = 0; attempt < 60; attempt++) {
      const socket = connect(Number(new URL(other.url).port), '127.0.0.1')
      let received = ''
      const ended = new Promise<void>(resolve => {
        socket.on('close', () => resolve())
        socket.on('data', data => {
          received += data
          if (received.includes('body_too_large')) resolve()
        })
      })
      socket.on('error', () => {})
      socket.write(`POST /predict HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${length}\r\n\r\n`)
      for (let sent = 0; sent < length && !socket.destroyed; sent += 60_000)
        if (!socket.write(' '.repeat(60_000)))
          await Promise.race([ended, new Promise(resolve => socket.once('drain', () => setTimeout(resolve, 1)))])
      await ended
      socket.destroy()
      expect(received).toContain('"code":"body_too_large"')
    }
    await other.close()
  })

  it('is refused at the byte over the limit where no length is declared', async () => {
    const answer = await answerTo(`transfer-encoding: chunked\r\n\r\n7d0\r\n${' '.repeat(2000)}\r\n`)
    expect(answer).toContain('HTTP/1.1 413')
    expect(answer).toContain('"code":"body_too_large"')
  })
})
