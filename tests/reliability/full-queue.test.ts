import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { type HeldServer, openHeldServer } from '../support/held-model.ts'

/** A server whose model is busy for three seconds more, and that has refused a row of `/predict` for it. */
async function openBusyServer(): Promise<HeldServer> {
  const server = await openHeldServer({ milliseconds: 3000 })
  const { model, predict } = server
  model.behaviour = 'held'
  void predict(1000).catch(() => {})
  await vi.waitFor(() => expect(model.seen).toEqual([1000]))
  expect((await predict(1, hasty)).status).toBe(429)
  return server
}

const hasty = { headers: { 'x-request-timeout-ms': '100' } }

/** Sends the head of a request, whose body never comes, and gathers what is answered. */
async function sendHead(url: string, path: string, headers: readonly string[]): Promise<{ answer(): string }> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  let received = ''
  socket.setEncoding('utf8').on('data', part => {
    received += part
  })
  socket.write(`${[`POST ${path} HTTP/1.1`, 'host: here', 'content-length: 9', ...headers].join('\r\n')}\r\n\r\n`)
  return { answer: () => received }
}

const json = 'content-type: application/json'
const soon = 'x-request-timeout-ms: 100'

describe('a model whose queue has no room', () => {
  it('has requests refused before their bodies are there', async () => {
    await using server = await openBusyServer()
    const { answer } = await sendHead(server.url, '/predict', [json, soon])

    await vi.waitFor(() => expect(answer()).toMatch(/^HTTP\/1.1 429 /))
    expect(answer()).toMatch(/^retry-after: \d+$/im)
    expect(answer()).toMatch(/^x-request-id: .+$/im)
    expect(answer()).toContain('"code":"overloaded"')
    expect(server.metrics.total('Rejected')).toBe(2)
    expect(server.accesses.at(-1)).toMatchObject({ status: 429, model: 'held', version: 1 })
  })

  it('refuses none who have time', async () => {
    await using server = await openBusyServer()
    const patient = server.predict(7)
    server.model.behaviour = 'prompt'
    server.model.release()

    expect(await (await patient).json()).toEqual({ y: 7 })
  })

  it('is refused to nobody once it has room again', async () => {
    await using server = await openBusyServer()
    const { model, predict } = server
    model.behaviour = 'prompt'
    model.release()
    await vi.waitFor(async () => expect((await predict(8, hasty)).status).toBe(200))
  })

  it('leaves bodies of lines waiting, which ask for little at a time', async () => {
    await using server = await openBusyServer()
    const lines = fetch(`${server.url}/predict`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson', 'x-request-timeout-ms': '100' },
      body: '{"x":5}\n',
    })
    const { body, status } = await lines
    expect(status).toBe(200)
    server.model.behaviour = 'prompt'
    server.model.release()
    expect(body && (await text(body))).toBe('{"y":5}\n')
  })

  it('leaves it to the request itself to say what is wrong with its deadline', async () => {
    await using server = await openBusyServer()
    expect((await server.predict(1, { headers: { 'x-request-timeout-ms': 'soon' } })).status).toBe(400)
  })

  it('speaks as the protocol of the path does', async () => {
    await using server = await openBusyServer()
    const infer = () =>
      fetch(`${server.url}/v2/models/held/infer`, {
        method: 'POST',
        ...hasty,
        body: JSON.stringify({ inputs: [{ name: 'x', shape: [1], datatype: 'FP64', data: [1] }] }),
      })
    const inside = await infer()
    const { answer } = await sendHead(server.url, '/v2/models/held/infer', [
      'content-type: text/plain;charset=UTF-8',
      soon,
    ])

    expect(inside.status).toBe(429)
    await vi.waitFor(() => expect(answer()).toMatch(/^HTTP\/1.1 429 /))
    expect(answer()).toMatch(/\{"error":"[^"]*a wait of [^"]*"\}$/)
  })
})

describe('a list of more rows than may wait', () => {
  it('is taken up, and none beside it until it is answered', async () => {
    await using server = await openHeldServer()
    const { model } = server
    const post = (rows: number): Promise<Response> =>
      fetch(`${server.url}/predict`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(Array(rows).fill({ x: 1 })),
      })
    model.behaviour = 'held'
    const first = post(150)
    await vi.waitFor(() => expect(model.seen).toHaveLength(1))

    const beside = await post(2)
    expect(beside.status).toBe(429)
    expect(beside.headers.get('retry-after')).toMatch(/^\d+$/)
    expect(await beside.text()).toContain('lists of 150 rows are being answered, limit 100')
    expect(server.metrics.total('Rejected')).toBe(2)

    model.behaviour = 'prompt'
    model.release()
    expect(await (await first).json()).toHaveLength(150)
    expect((await Promise.all([post(50), post(50)])).map(({ status }) => status)).toEqual([200, 200])
  })
})
