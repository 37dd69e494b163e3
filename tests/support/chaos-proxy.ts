import { createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'

export type ChaosProxy = { readonly endpoint: string; readonly faults: () => number; close(): Promise<void> }

/**
 * Stands between the AWS SDK and an emulator. Of ten calls one is cut before it arrives, one after its work is done, and one is
 * throttled, as AWS words it.
 */
export async function startChaosProxy(target: string): Promise<ChaosProxy> {
  let faults = 0
  let calls = 0
  const server = createServer(async (incoming, outgoing) => {
    const turn = (calls++ * 7) % 10
    if (turn < 3) faults++
    if (turn === 0) {
      incoming.socket.destroy()
      return
    }
    const body = await readAll(incoming)
    if (turn === 1) {
      const answer = '{"__type":"com.amazonaws.sqs#RequestThrottled","message":"slow down"}'
      outgoing.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' }).end(answer)
      return
    }
    const { method, url, headers } = incoming
    const passing = request(new URL(url ?? '/', target), { method, headers }, async answer => {
      const text = await readAll(answer)
      if (turn === 2) incoming.socket.destroy()
      else outgoing.writeHead(answer.statusCode ?? 500, answer.headers).end(text)
    })
    passing.on('error', () => incoming.socket.destroy())
    passing.end(body)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults: () => faults,
    async close() {
      server.closeAllConnections()
      await new Promise<void>(resolve => server.close(() => resolve()))
    },
  }
}

async function readAll(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
