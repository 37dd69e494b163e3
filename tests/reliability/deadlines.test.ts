import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import { type HeldServer, openHeldServer } from '../support/held-model.ts'

/** A request whose run has begun and does not end before `release`. */
async function occupy({ model, predict }: HeldServer): Promise<Response> {
  model.behaviour = 'held'
  const occupant = predict(1000)
  await vi.waitFor(() => expect(model.seen).toEqual([1000]))
  return occupant
}

const within = (milliseconds: number | string) => ({ headers: { 'x-request-timeout-ms': String(milliseconds) } })

describe('X-Request-Timeout-Ms', () => {
  it.each(['soon', '0', '-5', 'NaN', '', '1e', '5 s'])(
    '"%s" is answered with 400 that names the header',
    async text => {
      await using server = await openHeldServer()
      const response = await server.predict(1, within(text))

      expect(response.status).toBe(400)
      expect(await response.json()).toMatchObject({
        code: 'bad_request',
        error: expect.stringContaining('X-Request-Timeout-Ms'),
      })
    },
  )

  it('that is kept changes nothing', async () => {
    await using server = await openHeldServer()

    expect(await (await server.predict(7, within(5000))).json()).toEqual({ y: 7 })
  })

  it('that passes while the row waits is answered with 503, and the row is not scored', async () => {
    await using server = await openHeldServer()
    const { model, predict } = server
    const occupant = occupy(server)
    await vi.waitFor(() => expect(model.seen).toHaveLength(1))
    const late = predict(2, within(50))
    await delay(200)
    model.behaviour = 'prompt'
    model.release()

    expect((await late).status).toBe(503)
    expect(await (await late).json()).toMatchObject({
      code: 'deadline_exceeded',
      detail: 'the deadline passed while the rows waited',
    })
    expect((await occupant).status).toBe(200)
    expect(model.seen).toEqual([1000])
  })

  it('that is sure to pass is answered at once with 429 and when to come again', async () => {
    await using server = await openHeldServer({ milliseconds: 3000 })
    const { model, predict } = server
    const occupant = occupy(server)
    await vi.waitFor(() => expect(model.seen).toHaveLength(1))
    const refused = await predict(2, within(100))

    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(3)
    expect(await refused.json()).toMatchObject({ code: 'overloaded' })
    model.release()
    expect((await occupant).status).toBe(200)
  })
})

describe('a client that goes while its row waits', () => {
  it('takes its row with it: the next in line is scored in its place', async () => {
    await using server = await openHeldServer()
    const { model, predict } = server
    const occupant = occupy(server)
    await vi.waitFor(() => expect(model.seen).toHaveLength(1))
    const abort = new AbortController()
    const gone = predict(2, { signal: abort.signal }).catch(() => 'gone')
    await delay(50)
    const patient = predict(3)
    await delay(50)
    abort.abort()
    expect(await gone).toBe('gone')
    await delay(50)
    model.behaviour = 'prompt'
    model.release()

    expect(await (await patient).json()).toEqual({ y: 3 })
    expect((await occupant).status).toBe(200)
    expect(model.seen).toEqual([1000, 3])
  })
})
