import { connect, type Socket } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aRow } from '../../support/churn.ts'
import { openMemoryHost, openServerHost } from '../../support/host.ts'

const fields = Object.keys(aRow())
const line = (row = aRow()): string => `${fields.map(field => row[field]).join(',')}\n`
const header = `id,${fields.join(',')}\n`

describe('a streamed body of CSV', () => {
  it('has the same answer wherever its chunks end', { timeout: 60_000 }, async () => {
    const host = await openMemoryHost()
    const body = new TextEncoder().encode(
      `${header}"7,5\n90",${line()}é,${line(aRow({ contract: 'zweijährig' }))}\n"a""b\n,\n",${line(aRow({ tenure: 70 })).trim()}`,
    )
    const answerTo = async (chunks: readonly Uint8Array[]): Promise<string> => {
      const stream = new ReadableStream({
        start(controller) {
          for (const chunk of chunks) controller.enqueue(chunk)
          controller.close()
        },
      })
      const init = { method: 'POST', headers: { 'content-type': 'text/csv' }, body: stream, duplex: 'half' }
      return (await host.fetch('/predict', init as RequestInit)).text()
    }
    const whole = await answerTo([body])
    expect(whole).toContain('"7,5\n90"')
    expect(whole.match(/,true,1,|,false,1,/g)).toHaveLength(2)

    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(body.length), { maxLength: 12 }), async cuts => {
        const ends = [...cuts, body.length].sort((a, b) => a - b)
        expect(await answerTo(ends.map((end, index) => body.slice(ends[index - 1] ?? 0, end)))).toBe(whole)
      }),
      { numRuns: 200 },
    )
    await host.close()
  })

  it('leaves others their turn while nothing but bad rows is read', async () => {
    const host = await openMemoryHost()
    let turns = 0
    let turn = setImmediate(function next() {
      turns++
      turn = setImmediate(next)
    })
    const body = header + 'x\n'.repeat(50_000)
    const response = await host.fetch('/predict', { method: 'POST', headers: { 'content-type': 'text/csv' }, body })
    const lines = (await response.text()).trimEnd().split('\n')
    clearImmediate(turn)
    await host.close()

    expect(turns).toBeGreaterThan(40)
    expect(lines).toHaveLength(50_001)
    expect(lines.slice(1).every(text => text.includes('1 cells where the header has 20'))).toBe(true)
  })

  describe('over a connection', () => {
    let host: Awaited<ReturnType<typeof openServerHost>>
    beforeAll(async () => {
      host = await openServerHost()
    })
    afterAll(() => host.close())
    const head =
      'POST /predict HTTP/1.1\r\nhost: localhost\r\ncontent-type: text/csv\r\ntransfer-encoding: chunked\r\n\r\n'
    const chunk = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`
    const open = (): Socket => {
      const socket = connect(Number(new URL(host.url).port), '127.0.0.1')
      socket.on('error', () => {})
      return socket
    }

    it('is answered while it is still being sent', async () => {
      const socket = open()
      socket.write(head + chunk(header) + chunk(`1,${line()}`))
      const received = await new Promise<string>(resolve => {
        let text = ''
        socket.on('data', data => {
          text += data
          if (text.includes(',true,1,')) resolve(text)
        })
      })
      expect(received).toContain(',0.6812940239906311,true,1,')
      socket.destroy()
    })

    it('is not read on while nobody reads the answers', { timeout: 60_000 }, async () => {
      const socket = open()
      socket.pause()
      socket.write(head + chunk(header))
      const block = chunk(`1,${line()}`.repeat(400))
      let sent = 0
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
