import { createMemoryMetrics } from '@scaling-mlops/adapters/memory'
import { type Call, createBatcher, createServiceTime, type Row, type Scores } from '@scaling-mlops/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

type Run = {
  readonly rows: readonly Row[]
  finish(milliseconds?: number): Promise<void>
  fail(error: Error): Promise<void>
}

/** A batcher whose turns, time and runs are moved by hand. A row is one number; its score is the same number. */
function aBatcher({ slots = 1, maxRows = 100, maxQueuedRows = 1000, maxWaitMs = 1000 } = {}) {
  let now = 0
  const turns: (() => void)[] = []
  const runs: Run[] = []
  const metrics = createMemoryMetrics()
  const serviceTime = createServiceTime()
  const settle = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
  const { score, refusal } = createBatcher<readonly number[], Scores>({
    slots,
    limits: { maxRows, maxQueuedRows, maxWaitMs },
    serviceTime,
    metrics,
    clock: { now: () => now, monotonic: () => now },
    scheduler: { afterTurn: callback => turns.push(callback) },
    runBatch: rows =>
      new Promise((resolve, reject) => {
        runs.push({
          rows,
          finish: (milliseconds = rows.length) => {
            now += milliseconds
            resolve({
              scores: { values: Float32Array.from(rows, ([value = 0]) => value), stride: 1, first: 0 },
              milliseconds,
            })
            return settle()
          },
          fail: error => {
            reject(error)
            return settle()
          },
        })
      }),
  })
  const valuesOf = ({ values, first }: Scores, count: number): number[] =>
    Array.from(values.subarray(first, first + count))
  return {
    runs,
    metrics,
    serviceTime,
    refusal,
    call: async (values: readonly number[], call?: Call): Promise<number[]> =>
      valuesOf(
        await score(
          values.map(value => [value]),
          call,
        ),
        values.length,
      ),
    endTurn: () => {
      for (const callback of turns.splice(0)) callback()
    },
    wait: (milliseconds: number) => {
      now += milliseconds
    },
  }
}

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'answered',
    error => error.code ?? error.message,
  )

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

  describe('under load', () => {
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
