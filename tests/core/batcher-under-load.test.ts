import { describe, expect, it } from 'vitest'
import { aBatcher, codeOf } from '../support/hand-batcher.ts'

describe('the batcher under load', () => {
  it('refuses rows beyond the bound of the queue, with the time after which there is room', async () => {
    const { call, endTurn, serviceTime, metrics } = aBatcher({ maxQueuedRows: 4 })
    serviceTime.learn(1, 10)
    void call([0])
    endTurn()
    void call([1, 2, 3])
    const refusal = await call([4, 5]).catch(error => error)

    expect(refusal).toMatchObject({
      code: 'overloaded',
      message: 'queue full: 3 rows waiting, limit 4',
      retryAfterMs: 30,
    })
    expect(metrics.total('Rejected')).toBe(2)
  })

  it('refuses on arrival what would have its turn with no time to spare', async () => {
    const { call, endTurn, serviceTime } = aBatcher()
    serviceTime.learn(1, 10)
    void call([1])
    endTurn()
    expect(await codeOf(call([2], { deadline: 24 }))).toBe('overloaded')
    void call([3], { deadline: 26 })
  })

  it('counts what waits in runs, each with its fixed part', async () => {
    const { call, endTurn, serviceTime } = aBatcher({ maxRows: 10 })
    for (let rows = 1; rows <= 100; rows++) serviceTime.learn(rows, 100 + 0.5 * rows)
    void call(Array.from({ length: 10 }, (_, row) => row))
    endTurn()
    void call(Array.from({ length: 10 }, (_, row) => row))
    await expect(call([1], { deadline: 200 })).rejects.toThrow(/a wait of 21\d ms is expected/)
  })

  it('refuses on arrival what would wait too long, by the service time it has learned', async () => {
    const { call, endTurn, runs } = aBatcher({ maxWaitMs: 50 })
    void call([1])
    endTurn()
    await runs[0]?.finish(20)
    void call([2])
    endTurn()
    void call([3])
    void call([4])

    expect(await codeOf(call([5]))).toBe('overloaded')
  })

  it('refuses on arrival what its own deadline does not allow, and accepts what it does', async () => {
    const { call, endTurn, serviceTime } = aBatcher()
    serviceTime.learn(1, 10)
    void call([1])
    endTurn()

    expect(await codeOf(call([2], { deadline: 15 }))).toBe('overloaded')
    void call([2], { deadline: 25 })
  })

  it('says before it is given any rows what it would refuse, and counts that', () => {
    const { call, endTurn, serviceTime, refusal, metrics } = aBatcher()
    serviceTime.learn(1, 10)
    expect(refusal({ deadline: 1 })).toBeUndefined()
    void call([1])
    endTurn()

    expect(refusal({ deadline: 15 })).toMatchObject({ code: 'overloaded' })
    expect(metrics.total('Rejected')).toBe(1)
    expect(refusal({ deadline: 25 })).toBeUndefined()
    expect(refusal()).toBeUndefined()
    expect(metrics.total('Rejected')).toBe(1)
  })

  it('drops unscored what became too late while it waited', async () => {
    const { call, endTurn, runs, wait } = aBatcher()
    void call([1])
    endTurn()
    const late = codeOf(call([2], { deadline: 30 }))
    const inTime = call([3], { deadline: 100 })
    wait(40)
    await runs[0]?.finish(0)
    endTurn()

    expect(await late).toBe('deadline_exceeded')
    expect(runs[1]?.rows).toEqual([[3]])
    await runs[1]?.finish()
    expect(await inTime).toEqual([3])
  })

  it('removes the rows of a caller that has gone, in a forming batch and in a full queue alike', async () => {
    const { call, endTurn, runs, wait } = aBatcher({ maxQueuedRows: 2 })
    const gone = new AbortController()
    void call([1])
    endTurn()
    const left = [codeOf(call([2], { signal: gone.signal })), codeOf(call([3], { signal: gone.signal }))]
    expect(await codeOf(call([4]))).toBe('overloaded')
    gone.abort()
    // who has gone is looked up now and then
    wait(10)
    const next = call([5])
    expect(await Promise.all(left)).toEqual(['cancelled', 'cancelled'])
    await runs[0]?.finish()
    endTurn()

    expect(runs[1]?.rows).toEqual([[5]])
    await runs[1]?.finish()
    expect(await next).toEqual([5])
  })

  it('answers a run whose caller went away meanwhile without disturbing its neighbours', async () => {
    const { call, endTurn, runs } = aBatcher()
    const gone = new AbortController()
    const answers = [call([1], { signal: gone.signal }), call([2])]
    endTurn()
    gone.abort()
    await runs[0]?.finish()
    expect(await Promise.all(answers)).toEqual([[1], [2]])
  })
})
