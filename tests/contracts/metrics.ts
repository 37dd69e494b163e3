import type { CounterName, DistributionName, Metrics, MetricsSnapshot } from '@scaling-mlops/core'
import { describe, expect, it } from 'vitest'

export type ReadableMetrics = Metrics & {
  total(name: CounterName): number
  summary(name: DistributionName): { readonly count: number; readonly sum: number }
  snapshot(): MetricsSnapshot
}

/** What every metrics adapter promises of what it has been told. */
export function describeMetrics(adapter: string, create: () => ReadableMetrics): void {
  describe(`the metrics of ${adapter}`, () => {
    it('adds up counters, one at a time or many at once', () => {
      const metrics = create()
      metrics.count('Predictions')
      metrics.count('Predictions', 41)
      expect(metrics.total('Predictions')).toBe(42)
      expect(metrics.snapshot().counters.Predictions).toBe(42)
    })

    it('keeps names apart, and starts them at nothing', () => {
      const metrics = create()
      metrics.count('Invalid', 3)
      expect(metrics.total('Failed')).toBe(0)
      expect(metrics.summary('PredictionLatency')).toEqual({ count: 0, sum: 0 })
      expect(metrics.snapshot()).toMatchObject({
        counters: { Predictions: 0, Rejected: 0, Failed: 0, Invalid: 3 },
        distributions: { QueueWait: { sum: 0, longest: [], counts: [] } },
        gauges: {},
      })
    })

    it('counts the values of a distribution and their sum', () => {
      const metrics = create()
      for (const value of [1, 2.5, 0, 1]) metrics.observe('PredictionLatency', value)
      expect(metrics.summary('PredictionLatency')).toEqual({ count: 4, sum: 4.5 })
      expect(metrics.snapshot().distributions.PredictionLatency).toEqual({
        sum: 4.5,
        longest: [0, 1, 2.5],
        counts: [1, 2, 1],
      })
    })

    it('reads a gauge at the moment of a snapshot', () => {
      const metrics = create()
      let inFlight = 1
      metrics.gauge('InFlight', () => inFlight)
      inFlight = 7
      expect(metrics.snapshot().gauges).toEqual({ InFlight: 7 })
    })

    it('gives snapshots that stay as they are and can be sent to other processes', () => {
      const metrics = create()
      metrics.observe('QueueWait', 0.3)
      const snapshot = metrics.snapshot()
      const sent = JSON.parse(JSON.stringify(snapshot))
      metrics.observe('QueueWait', 0.3)
      metrics.count('Failed')
      expect(snapshot).toEqual(sent)
    })
  })
}
