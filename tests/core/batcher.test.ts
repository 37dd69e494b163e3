import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aBatcher, codeOf, type Run } from '../support/hand-batcher.ts'

describe('the batcher', () => {
  it('gives a run no more rows than are scored in a short time, since the first would wait for the last', async () => {
    const { call, endTurn, runs, serviceTime } = aBatcher()
    serviceTime.learn(1, 5)
    for (let value = 0; value < 10; value++) void call([value])
    endTurn()
    expect(runs[0]?.rows).toEqual([[0], [1], [2], [3]])
    await runs[0]?.finish(20)
    endTurn()
    expect(runs[1]?.rows).toEqual([[4], [5], [6], [7]])
  })

  it('runs the calls of one turn as one batch, and answers each with its own rows', async () => {
    const { call, endTurn, runs } = aBatcher()
    const answers = [call([1]), call([2, 3]), call([4])]
    expect(runs).toHaveLength(0)
    endTurn()

    expect(runs).toHaveLength(1)
    expect(runs[0]?.rows).toEqual([[1], [2], [3], [4]])
    await runs[0]?.finish()
    expect(await Promise.all(answers)).toEqual([[1], [2, 3], [4]])
  })

  it('gathers what arrives while all slots are busy into the next batch', async () => {
    const { call, endTurn, runs } = aBatcher()
    const first = call([1])
    endTurn()
    const second = [call([2]), call([3])]
    endTurn()
    expect(runs).toHaveLength(1)
    await runs[0]?.finish()
    endTurn()

    expect(runs[1]?.rows).toEqual([[2], [3]])
    await runs[1]?.finish()
    expect(await Promise.all([first, ...second])).toEqual([[1], [2], [3]])
  })

  it('keeps several runs in flight apart, also when they end out of order', async () => {
    const { call, endTurn, runs } = aBatcher({ slots: 2 })
    const first = call([1])
    endTurn()
    const second = call([2])
    endTurn()
    await runs[1]?.finish()
    expect(await second).toEqual([2])
    await runs[0]?.finish()
    expect(await first).toEqual([1])
  })

  it('counts a batch in rows, and lets a call of more than that run alone', async () => {
    const { call, endTurn, runs } = aBatcher({ maxRows: 3, slots: 9 })
    const answers = [call([1, 2]), call([3, 4]), call([5, 6, 7, 8]), call([9])]
    endTurn()

    expect(runs.map(({ rows }) => rows.length)).toEqual([2, 2, 4, 1])
    for (const run of runs) await run.finish()
    expect(await Promise.all(answers)).toEqual([[1, 2], [3, 4], [5, 6, 7, 8], [9]])
  })

  it('runs the calls of a failed run again, each alone, so that a call fails for its own rows only', async () => {
    const { call, endTurn, runs, metrics } = aBatcher()
    const answered = call([1])
    const lost = codeOf(call([2, 3]))
    endTurn()
    const later = call([4])

    await runs[0]?.fail(new Error('broken graph'))
    await runs[1]?.finish()
    await runs[2]?.fail(new Error('broken row'))
    endTurn()
    await runs[3]?.finish()

    expect(runs.map(({ rows }) => rows.length)).toEqual([3, 1, 2, 1])
    expect(await answered).toEqual([1])
    expect(await lost).toBe('broken row')
    expect(await later).toEqual([4])
    expect(metrics.total('Failed')).toBe(2)
  })

  it('lets interactive calls pass bulk ones, and yet starves neither', async () => {
    const { call, endTurn, runs } = aBatcher({ maxRows: 1 })
    const order: string[] = []
    void call([0])
    endTurn()
    for (let index = 0; index < 3; index++) void call([-1], { lane: 'bulk' }).then(() => order.push('bulk'))
    for (let index = 0; index < 20; index++) void call([1]).then(() => order.push('interactive'))
    for (let index = 0; index < 24; index++) {
      await runs[index]?.finish(1)
      endTurn()
    }

    expect(order.slice(0, 5)).toEqual(new Array(5).fill('interactive'))
    expect(order.slice(0, 16).filter(lane => lane === 'bulk')).toHaveLength(2)
    expect(order).toHaveLength(23)
  })

  it('answers every call exactly once with its own rows, whatever the order of events', async () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('call' as const),
        rows: fc.integer({ min: 1, max: 5 }),
        bulk: fc.boolean(),
        abort: fc.boolean(),
      }),
      fc.record({ kind: fc.constant('turn' as const) }),
      fc.record({ kind: fc.constant('finish' as const), which: fc.nat(), fail: fc.boolean() }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 3 }), async (steps, slots) => {
        const { call, endTurn, runs } = aBatcher({ slots, maxRows: 4, maxQueuedRows: 12, maxWaitMs: 40 })
        const finished = new Set<Run>()
        const outcomes: Promise<boolean>[] = []
        let next = 1
        const finish = async (run: Run, fail: boolean): Promise<void> => {
          finished.add(run)
          await (fail ? run.fail(new Error('broken graph')) : run.finish())
        }
        for (const one of steps) {
          const open = runs.filter(run => !finished.has(run))
          if (one.kind === 'turn') endTurn()
          else if (one.kind === 'finish') {
            const run = open[one.which % Math.max(1, open.length)]
            if (run) await finish(run, one.fail)
          } else {
            const values = Array.from({ length: one.rows }, () => next++)
            const controller = new AbortController()
            const outcome = call(values, { lane: one.bulk ? 'bulk' : 'interactive', signal: controller.signal })
            outcomes.push(
              outcome.then(
                answer => JSON.stringify(answer) === JSON.stringify(values),
                error => ['overloaded', 'cancelled'].includes(error.code) || error.message === 'broken graph',
              ),
            )
            if (one.abort) controller.abort()
          }
        }
        for (let round = 0; round < 100; round++) {
          endTurn()
          for (const run of runs.filter(run => !finished.has(run))) await finish(run, false)
        }
        expect(await Promise.all(outcomes)).not.toContain(false)
      }),
      { numRuns: 150 },
    )
  })
})
