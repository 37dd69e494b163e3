import { systemClock } from '@scaling-mlops/adapters/memory'
import { describe, expect, it, vi } from 'vitest'
import { json } from '../support/churn.ts'
import { openHeldServer } from '../support/held-model.ts'

describe('a model that is slow', () => {
  it('keeps nobody from what needs no model', async () => {
    await using server = await openHeldServer()
    server.model.behaviour = 'held'
    const slow = server.predict(1)
    await vi.waitFor(() => expect(server.model.seen).toHaveLength(1))

    expect((await fetch(`${server.url}/health/ready`)).status).toBe(200)
    server.model.release()
    expect((await slow).status).toBe(200)
  })

  it('is answered for in full once it goes on: every row that was accepted, in its own request', async () => {
    await using server = await openHeldServer()
    server.model.behaviour = 'held'
    const answers = Promise.all(
      Array.from({ length: 50 }, async (_, x) => [x, await (await server.predict(x)).json()] as const),
    )
    await vi.waitFor(() => expect(server.model.seen.length).toBeGreaterThan(0))
    server.model.behaviour = 'prompt'
    server.model.release()

    for (const [x, answer] of await answers) expect(answer).toEqual({ y: x })
  })
})

describe('a model that fails', () => {
  it('fails the requests of that run with 500 in general words, is counted and logged, and answers the next', async () => {
    await using server = await openHeldServer()
    server.model.behaviour = 'failing'
    const failed = await server.predict(1)
    server.model.behaviour = 'prompt'

    expect(failed.status).toBe(500)
    expect(await failed.text()).not.toContain('fell over')
    expect(server.metrics.total('Failed')).toBe(1)
    expect(server.log.lines.filter(({ level }) => level === 'error')).toMatchObject([
      { message: 'request failed', fields: { error: { message: 'the graph fell over' } } },
    ])
    expect(await (await server.predict(2)).json()).toEqual({ y: 2 })
  })
})

describe('a wall clock that jumps', () => {
  it.each(['a year ahead', 'a year back'])('%s neither expires deadlines nor refuses work', async direction => {
    let jump = 0
    const clock = { now: () => Date.now() + jump, monotonic: systemClock.monotonic }
    await using server = await openHeldServer({ clock })
    const { model, predict } = server
    model.behaviour = 'held'
    const first = predict(1, { headers: { 'x-request-timeout-ms': '30000' } })
    await vi.waitFor(() => expect(model.seen).toHaveLength(1))
    const second = predict(2, { headers: { 'x-request-timeout-ms': '30000' } })
    jump = (direction === 'a year ahead' ? 1 : -1) * 365 * 86_400_000
    model.behaviour = 'prompt'
    model.release()

    expect([(await first).status, (await second).status, (await predict(3)).status]).toEqual([200, 200, 200])
  })
})

describe('a metrics sink that throws', () => {
  it('costs its numbers and no answer', async () => {
    let down = false
    const spoil = () => {
      if (down) throw new Error('the sink is down')
    }
    await using server = await openHeldServer({
      spoilMetrics: () => ({ count: spoil, observe: spoil, gauge: () => {} }),
    })
    down = true
    const good = await server.predict(1)
    const invalid = await fetch(`${server.url}/predict`, json({ x: 'many' }))
    server.model.behaviour = 'failing'
    const failed = await server.predict(2)

    expect(await good.json()).toEqual({ y: 1 })
    expect(invalid.status).toBe(400)
    expect(failed.status).toBe(500)
  })
})
