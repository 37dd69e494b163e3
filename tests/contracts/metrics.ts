import type { CounterName, DistributionName, Metrics } from '@scaling-mlops/core'
import { describe, expect, it } from 'vitest'

export type ReadableMetrics = Metrics & {
  total(name: CounterName): number
  summary(name: DistributionName): { readonly count: number; readonly sum: number }
}

/** What every metrics adapter promises of what it has been told. */
export function describeMetrics(adapter: string, create: () => ReadableMetrics): void {
  describe(`the metrics of ${adapter}`, () => {
    it('adds up counters, one at a time or many at once', () => {
      const metrics = create()
      metrics.count('Predictions')
      metrics.count('Predictions', 41)
      expect(metrics.total('Predictions')).toBe(42)
    })

    it('keeps names apart, and starts them at nothing', () => {
      const metrics = create()
      metrics.count('Invalid', 3)
      expect(metrics.total('Failed')).toBe(0)
      expect(metrics.summary('PredictionLatency')).toEqual({ count: 0, sum: 0 })
    })

    it('counts the values of a distribution and their sum', () => {
      const metrics = create()
      for (const value of [1, 2.5, 0]) metrics.observe('PredictionLatency', value)
      expect(metrics.summary('PredictionLatency')).toEqual({ count: 3, sum: 3.5 })
    })
  })
}
