import type { Random } from '../training/mersenne-twister.ts'

/** How long one request keeps one slot busy. */
export type ServiceDistribution = {
  readonly meanMilliseconds: number
  readonly shape: 'constant' | 'exponential' | 'lognormal'
  /** Standard deviation ÷ mean of a lognormal shape; the other two have theirs by nature. */
  readonly variation: number
}

export const SERVICE_SHAPES = ['constant', 'exponential', 'lognormal'] as const

/** Draws service times in seconds. */
export function createServiceTimes(
  { meanMilliseconds, shape, variation }: ServiceDistribution,
  random: Random,
): () => number {
  const mean = meanMilliseconds / 1000
  if (shape === 'constant') return () => mean
  if (shape === 'exponential') return () => -mean * Math.log(1 - random.uniform())
  const { location, spread } = lognormal(mean, variation)
  // one draw of Marsaglia's polar method makes two normal deviates: the second waits for the next call
  let spare: number | undefined
  return () => {
    if (spare !== undefined) {
      const second = spare
      spare = undefined
      return Math.exp(location + spread * second)
    }
    for (;;) {
      const a = 2 * random.uniform() - 1
      const b = 2 * random.uniform() - 1
      const square = a * a + b * b
      if (square >= 1 || square === 0) continue
      const factor = Math.sqrt((-2 * Math.log(square)) / square)
      spare = b * factor
      return Math.exp(location + spread * a * factor)
    }
  }
}

/** The service time in milliseconds that `share` of the requests stay within: the least latency there is, with nobody waiting. */
export function serviceQuantile({ meanMilliseconds, shape, variation }: ServiceDistribution, share: number): number {
  if (shape === 'constant') return meanMilliseconds
  if (shape === 'exponential') return -meanMilliseconds * Math.log(1 - share)
  const { location, spread } = lognormal(meanMilliseconds, variation)
  return Math.exp(location + spread * normalQuantile(share))
}

/** Variance ÷ mean² of a service time. */
export function squaredVariation({ shape, variation }: ServiceDistribution): number {
  return shape === 'constant' ? 0 : shape === 'exponential' ? 1 : variation ** 2
}

function lognormal(mean: number, variation: number): { location: number; spread: number } {
  const variance = Math.log(1 + variation ** 2)
  return { location: Math.log(mean) - variance / 2, spread: Math.sqrt(variance) }
}

/** Inverse of the standard normal distribution by bisection on its integral (Abramowitz and Stegun 26.2.17, error below 1e-7). */
function normalQuantile(share: number): number {
  let [low, high] = [-8, 8]
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2
    if (normalShare(middle) < share) low = middle
    else high = middle
  }
  return (low + high) / 2
}

function normalShare(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x))
  const polynomial = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  const tail = (Math.exp(-(x ** 2) / 2) / Math.sqrt(2 * Math.PI)) * polynomial
  return x >= 0 ? 1 - tail : tail
}
