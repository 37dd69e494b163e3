import { createMemoryMetrics } from '@scaling-mlops/adapters/memory'
import { mergeMetrics } from '@scaling-mlops/core'
import { describe, expect, it } from 'vitest'

const aProcess = ({ predictions = 0, latency = 1, utilization = 0, delay = 0 }) => {
  const metrics = createMemoryMetrics()
  metrics.count('Predictions', predictions)
  metrics.observe('PredictionLatency', latency)
  metrics.gauge('InFlight', () => 2)
  metrics.gauge('WorkerUtilization', () => utilization)
  metrics.gauge('EventLoopDelayMax', () => delay)
  return metrics.snapshot()
}

describe('the metrics of several processes', () => {
  it('are sums of counters and distributions, and gauges joined each in its way', () => {
    const merged = mergeMetrics([
      aProcess({ predictions: 3, latency: 1, utilization: 80, delay: 7 }),
      aProcess({ predictions: 4, latency: 50, utilization: 40, delay: 2 }),
    ])

    expect(merged.counters).toMatchObject({ Predictions: 7, Rejected: 0, Failed: 0, Invalid: 0 })
    expect(merged.distributions.PredictionLatency).toEqual({ sum: 51, longest: [1, 50], counts: [1, 1] })
    expect(merged.gauges).toEqual({ InFlight: 4, WorkerUtilization: 60, EventLoopDelayMax: 7 })
  })

  it('are zeros without gauges where there is no process', () => {
    const merged = mergeMetrics([])

    expect(merged.counters.Predictions).toBe(0)
    expect(merged.distributions.QueueWait).toEqual({ sum: 0, longest: [], counts: [] })
    expect(merged.gauges).toEqual({})
  })

  it('can be merged again', () => {
    const [a, b, c] = [1, 2, 3].map(predictions => aProcess({ predictions })) as [never, never, never]

    expect(mergeMetrics([mergeMetrics([a, b]), c]).counters).toEqual(mergeMetrics([a, b, c]).counters)
  })
})
