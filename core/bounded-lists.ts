import type { BatchLimits } from './batcher.ts'
import { OverloadedError } from './errors.ts'
import type { Clock } from './ports/clock.ts'
import type { Metrics } from './ports/metrics.ts'
import type { Predict } from './predict.ts'

type Dependencies = {
  readonly predict: Predict
  readonly limits: Pick<BatchLimits, 'maxRows' | 'maxQueuedRows'>
  readonly metrics: Metrics
  readonly clock: Clock
}

/**
 * Takes up lists that are longer than a batch only as far as they have `maxQueuedRows` together, the first of them at any length: a slice of a list
 * is in the queue, which counts it, and all of it in memory. Rejects the others with an OverloadedError.
 */
export function boundLists({ predict, limits, metrics, clock }: Dependencies): Predict {
  let listed = 0
  let millisecondsPerRow = 0.01

  const predictList: Predict = async (inputs, call) => {
    const { length } = inputs
    if (listed > 0 && listed + length > limits.maxQueuedRows) {
      metrics.count('Rejected', length)
      const words = `lists of ${listed} rows are being answered, limit ${limits.maxQueuedRows}`
      throw new OverloadedError(words, listed * millisecondsPerRow)
    }
    const started = clock.monotonic()
    listed += length
    try {
      return await predict(inputs, call)
    } finally {
      listed -= length
      millisecondsPerRow = (clock.monotonic() - started) / length
    }
  }

  return (inputs, call) => (inputs.length > limits.maxRows ? predictList(inputs, call) : predict(inputs, call))
}
