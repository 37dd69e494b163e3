import { createMemoryMetrics } from '@scaling-mlops/adapters/memory'
import { mergeMetrics, metricsBetween } from '@scaling-mlops/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const latencies = fc.array(fc.double({ min: 0, max: 100_000, noNaN: true }), { maxLength: 50 })

describe('what was counted between two snapshots', () => {
  it('is what the later one has more, with its gauges', () => {
    const metrics = createMemoryMetrics()
    let inFlight = 2
    metrics.gauge('InFlight', () => inFlight)
    metrics.count('Predictions', 3)
    metrics.observe('QueueWait', 5)
    metrics.observe('QueueWait', 100)
    const earlier = metrics.snapshot()
    inFlight = 7
    metrics.count('Predictions', 4)
    metrics.observe('QueueWait', 5)
    metrics.observe('QueueWait', 20)

    const between = metricsBetween(earlier, metrics.snapshot())

    expect(between.counters.Predictions).toBe(4)
    expect(between.distributions.QueueWait).toEqual({ sum: 25, longest: [5, 20], counts: [1, 1] })
    expect(between.gauges).toEqual({ InFlight: 7 })
  })

  it('adds up to the later one, whatever was counted', () => {
    fc.assert(
      fc.property(latencies, latencies, (before, after) => {
        const metrics = createMemoryMetrics()
        for (const value of before) metrics.observe('PredictionLatency', value)
        const earlier = metrics.snapshot()
        for (const value of after) metrics.observe('PredictionLatency', value)
        const later = metrics.snapshot()

        const { longest, counts } = mergeMetrics([earlier, metricsBetween(earlier, later)]).distributions
          .PredictionLatency

        expect({ longest, counts }).toEqual({
          longest: later.distributions.PredictionLatency.longest,
          counts: later.distributions.PredictionLatency.counts,
        })
      }),
    )
  })

  it('is never less than nothing where a process began anew', () => {
    const old = createMemoryMetrics()
    old.count('Predictions', 5)
    old.observe('QueueWait', 1)

    const between = metricsBetween(old.snapshot(), mergeMetrics([]))

    expect(between.counters.Predictions).toBe(0)
    expect(between.distributions.QueueWait).toEqual({ sum: 0, longest: [], counts: [] })
  })
})
