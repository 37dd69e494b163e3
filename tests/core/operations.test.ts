import { createMemoryMetrics } from '@scaling-mlops/adapters/memory'
import { createOperations } from '@scaling-mlops/core/operations'
import { describe, expect, it } from 'vitest'

/** Operations of metrics that a test counts, on a clock that it moves. */
function someOperations() {
  const metrics = createMemoryMetrics()
  const state = { now: 1_000_000, fails: false, stopped: false }
  let tick = (): void => {}
  const operations = createOperations({
    read: async () => {
      if (state.fails) throw new Error('the primary is busy')
      return metrics.snapshot()
    },
    models: () => [{ name: 'churn', versions: [1], serving: 1 }],
    clock: { now: () => state.now, monotonic: () => state.now },
    timer: {
      sleep: async () => {},
      every(_, task) {
        tick = task
        return () => {
          state.stopped = true
        }
      },
    },
    workers: 2,
    target: 65,
  })
  const pass = async (seconds: number, perSecond = () => {}): Promise<void> => {
    for (let second = 0; second < seconds; second++) {
      perSecond()
      state.now += 1000
      tick()
      await new Promise(resolve => setImmediate(resolve))
    }
  }
  return { metrics, operations, pass, state }
}

describe('operations', () => {
  it('tell rates and latencies of the last ten seconds, and totals of all', async () => {
    const { metrics, operations, pass } = someOperations()
    await pass(30, () => metrics.observe('PredictionLatency', 500))
    await pass(11, () => {
      metrics.count('Predictions', 20)
      metrics.observe('PredictionLatency', 2)
    })

    const { recent, counters, distributions, scaling, workers, models } = await operations.document()
    expect(recent.perSecond.Predictions).toBeCloseTo(20, 0)
    expect(recent.latency).toMatchObject({ p50: 2, p99: 2 })
    expect(counters.Predictions).toBe(220)
    expect(distributions.PredictionLatency).toMatchObject({ count: 41, p50: 500 })
    expect({ scaling, workers, models }).toEqual({
      scaling: { signal: 'WorkerUtilization', value: null, target: 65 },
      workers: 2,
      models: [{ name: 'churn', versions: [1], serving: 1 }],
    })
  })

  it('are degraded for a minute after somebody was refused, and say why', async () => {
    const { metrics, operations, pass } = someOperations()
    await pass(5)
    expect((await operations.document()).health).toEqual({ state: 'healthy', reasons: [] })
    metrics.count('Rejected', 3)
    await pass(30)
    expect((await operations.document()).health).toEqual({
      state: 'degraded',
      reasons: ['3 rows were refused in the last minute'],
    })
    await pass(61)
    expect((await operations.document()).health.state).toBe('healthy')
  })

  it('keep a day of minutes, each with what came in it', async () => {
    const { metrics, operations, pass } = someOperations()
    let second = 0
    await pass(60 * 1442, () => {
      if (second++ % 60 === 30) metrics.count('Predictions', Math.ceil(second / 60))
    })

    const { minutes } = await operations.document()
    expect(minutes).toHaveLength(1440)
    expect(minutes.slice(-2).map(({ predictions }) => predictions)).toEqual([1440, 1441])
  })

  it('leave out a second that cannot be read, and end with their timer', async () => {
    const { operations, pass, state } = someOperations()
    state.fails = true
    await pass(3)
    state.fails = false
    await pass(1)

    expect((await operations.document()).recent.seconds).toBe(0)
    operations.close()
    expect(state.stopped).toBe(true)
  })
})
