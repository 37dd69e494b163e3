import { type Environment, type EnvironmentState, type ReleaseOptions, release } from '@scaling-mlops/core/delivery'
import { describe, expect, it } from 'vitest'

const GOOD: EnvironmentState = {
  status: 'ready',
  version: 'v2',
  health: { grade: 'good', words: 'Ok' },
  serverErrors: 0,
  instances: ['v2', 'v2'],
}
const OLD: EnvironmentState = { ...GOOD, version: 'v1', instances: ['v1'] }
const UNSURE: EnvironmentState = { ...GOOD, health: { grade: 'unsure', words: 'Warning' } }
const BAD: EnvironmentState = { ...GOOD, health: { grade: 'bad', words: 'Severe' } }

/** An environment that shows these looks one after the other, the last one for ever; an Error is a look that fails. */
function rig(looks: readonly (EnvironmentState | Error)[], options: Partial<ReleaseOptions> = {}) {
  let [now, next] = [0, 0]
  const orders: string[] = []
  const environment: Environment = {
    async look() {
      const look = looks[Math.min(next++, looks.length - 1)]
      if (look === undefined || look instanceof Error) throw look
      return look
    },
    async update(version) {
      orders.push(version)
    },
    async abort() {
      orders.push('abort')
    },
  }
  const notes: string[] = []
  const run = () =>
    release('v2', {
      environment,
      gate: { pollMilliseconds: 10_000, goodPolls: 3, badPolls: 2, timeoutMilliseconds: 600_000 },
      checkAnswers: async () => undefined,
      rollback: true,
      clock: { now: () => now, monotonic: () => now },
      timer: {
        async sleep(milliseconds) {
          now += milliseconds
        },
        every: () => () => {},
      },
      note: message => notes.push(message),
      ...options,
    })
  return { run, orders, notes, elapsed: () => now, looked: () => next }
}

describe('a release', () => {
  it('believes so many good looks in a row, and begins to count anew after each that is not', async () => {
    const { run, looked } = rig([OLD, GOOD, GOOD, UNSURE, GOOD, GOOD, BAD, GOOD, GOOD, GOOD])

    expect(await run()).toEqual({ outcome: 'released', version: 'v2', previous: 'v1' })
    expect(looked()).toBe(10)
  })

  it('forgives one bad look, which may be of the moment after the order', async () => {
    const { run } = rig([OLD, OLD, GOOD, GOOD, GOOD])

    expect((await run()).outcome).toBe('released')
  })

  it('takes looks that fail again until the time is over, and says at the end that it could not look', async () => {
    const { run, elapsed } = rig([OLD, new Error('no way to the API')])

    expect(await run()).toMatchObject({
      outcome: 'stuck',
      failure: { kind: 'unreachable', message: expect.stringContaining('no way to the API') },
      rollbackFailure: { kind: 'unreachable' },
    })
    expect(elapsed()).toBe(600_000)
  })

  it('gives what is never sure its whole time, and not a look more', async () => {
    const { run, elapsed, orders } = rig([OLD, UNSURE], { rollback: false })

    expect(await run()).toMatchObject({ outcome: 'failed', failure: { kind: 'timeout' } })
    expect(elapsed()).toBe(600_000)
    expect(orders).toEqual(['v2'])
  })

  it('watches and asks a version that serves already, and has nothing to go back to', async () => {
    const { run, orders } = rig([GOOD], { checkAnswers: async () => 'golden row 1 is wrong' })

    expect(await run()).toMatchObject({ outcome: 'failed', failure: { kind: 'answers' } })
    expect(orders).toEqual([])
  })

  it('counts a question that cannot be asked as a wrong answer', async () => {
    const looks = [OLD, GOOD, GOOD, GOOD, GOOD, OLD]
    const { run, orders } = rig(looks, {
      checkAnswers: async () => {
        throw new Error('no connection')
      },
    })

    expect(await run()).toMatchObject({
      outcome: 'rolled_back',
      failure: { kind: 'answers', message: 'no connection' },
    })
    expect(orders).toEqual(['v2', 'v1'])
  })

  it('rejects where the order is not taken: nothing has changed', async () => {
    const { run, orders } = rig([OLD])
    const refused = rig([OLD], {
      environment: {
        look: async () => OLD,
        update: async () => Promise.reject(new Error('denied')),
        abort: async () => {},
      },
    })

    await expect(refused.run()).rejects.toThrow('denied')
    expect(await run()).toMatchObject({ outcome: 'rolled_back', failure: { kind: 'version' } })
    expect(orders).toEqual(['v2'])
  })

  it('waits for instances that have not reported yet', async () => {
    const { run } = rig([OLD, { ...GOOD, instances: [] }, { ...GOOD, instances: [] }, GOOD])

    expect((await run()).outcome).toBe('released')
  })
})
