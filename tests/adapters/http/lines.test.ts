import { connect } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aRow } from '../../support/churn.ts'
import { openMemoryHost, openServerHost } from '../../support/host.ts'

describe('a streamed body of lines', () => {
  it('is cut into the same lines wherever its chunks end', { timeout: 60_000 }, async () => {
    const host = await openMemoryHost()
    const body = new TextEncoder().encode(
      [aRow({ tenure: 1 }), aRow({ contract: 'zweijährig é' }), aRow({ tenure: 70 })]
        .map(row => JSON.stringify(row))
        .join('\r\n'),
    )
    const answerTo = async (chunks: readonly Uint8Array[]): Promise<string> => {
      const stream = new ReadableStream({
        start(controller) {
          for (const chunk of chunks) controller.enqueue(chunk)
          controller.close()
        },
      })
      const response = await host.fetch('/predict', {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson', 'x-request-id': 'a' },
        body: stream,
        duplex: 'half',
      } as RequestInit)
      return response.text()
    }
    const whole = await answerTo([body])
    expect(whole.trimEnd().split('\n')).toHaveLength(3)

    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(body.length), { maxLength: 12 }), async cuts => {
        const ends = [...cuts, body.length].sort((a, b) => a - b)
        expect(await answerTo(ends.map((end, index) => body.slice(ends[index - 1] ?? 0, end)))).toBe(whole)
      }),
      { numRuns: 200 },
    )
    await host.close()
  })

  describe('over a connection', () => {
    let host: Awaited<ReturnType<typeof openServerHost>>
    beforeAll(async () => {
      host = await openServerHost()
    })
    afterAll(() => host.close())
    const line = `${JSON.stringify(aRow())}\n`
    const head =
      'POST /predict HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n'
    const chunk = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`

    it('is answered while it is still being sent', async () => {
      const socket = connect(Number(new URL(host.url).port), '127.0.0.1')
      socket.write(head + chunk(line))
      const received = await new Promise<string>(resolve => {
        let text = ''
        socket.on('data', data => {
          text += data
          if (text.includes('churn_probability')) resolve(text)
        })
      })
      expect(received).toContain('0.6812940239906311')
      socket.destroy()
    })

    it('is not read on while nobody reads the answers', { timeout: 60_000 }, async () => {
      const socket = connect(Number(new URL(host.url).port), '127.0.0.1')
      socket.on('error', () => {})
      socket.pause()
      socket.write(head)
      const block = chunk(line.repeat(100))
      let sent = 0
      // the writer stalls once buffers on both sides are full: well before the 200 MB it would send
      for (; sent < 200_000_000; sent += block.length)
        if (!socket.write(block)) {
          const drained = await Promise.race([
            new Promise(resolve => socket.once('drain', () => resolve(true))),
            new Promise(resolve => setTimeout(resolve, 1500, false)),
          ])
          if (!drained) break
        }
      expect(sent).toBeLessThan(100_000_000)
      socket.destroy()
      expect(await (await host.fetch('/ping')).text()).toBe('PONG')
    })
  })
})
