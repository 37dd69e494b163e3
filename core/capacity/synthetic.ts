import { createMersenneTwister } from '../training/mersenne-twister.ts'
import type { Trace } from './trace.ts'

/** Traffic that is made up: so many requests a day, in a daily wave, with a flash crowd and bursts on top. */
export type SyntheticTraffic = {
  readonly requestsPerDay: number
  readonly hours: number
  readonly seed: number
  /** The wave around the mean: 0.6 is 40 % of it at four in the morning and 160 % at four in the afternoon. */
  readonly dailyAmplitude?: number
  /** A crowd at an hour of every day: the rate rises to `factor` times what it would be, and falls back. */
  readonly flash?: {
    readonly hour: number
    readonly factor: number
    readonly riseMinutes: number
    readonly fallMinutes: number
  }
  /** Short storms at random moments (a Markov-modulated Poisson process). */
  readonly bursts?: { readonly factor: number; readonly meanSeconds: number; readonly meanGapSeconds: number }
}

export const PATTERNS = ['constant', 'daily', 'flash', 'bursts', 'mixed'] as const
export type Pattern = (typeof PATTERNS)[number]

/** The parts a named pattern is made of; `mixed`, the default trace, is all of them. */
export function patternOf(pattern: Pattern): Pick<SyntheticTraffic, 'dailyAmplitude' | 'flash' | 'bursts'> {
  const daily = { dailyAmplitude: 0.6 }
  const flash = { flash: { hour: 10, factor: 1.6, riseMinutes: 6, fallMinutes: 30 } }
  const bursts = { bursts: { factor: 1.3, meanSeconds: 30, meanGapSeconds: 600 } }
  switch (pattern) {
    case 'constant':
      return {}
    case 'daily':
      return daily
    case 'flash':
      return { ...daily, ...flash }
    case 'bursts':
      return { ...daily, ...bursts }
    case 'mixed':
      return { ...daily, ...flash, ...bursts }
  }
}

const HOUR = 3600
const DAY = 24 * HOUR
const BUSIEST_HOUR = 16

/** One rate for each second, scaled so that the expected number of requests is the one asked for. */
export function synthesiseTrace(traffic: SyntheticTraffic): Trace {
  const { requestsPerDay, hours, dailyAmplitude = 0, flash, bursts } = traffic
  const length = Math.max(1, Math.round(hours * HOUR))
  const storm = bursts === undefined ? undefined : stormsOf(bursts, length, traffic.seed)
  const rates = Float64Array.from({ length }, (_, second) => {
    const hour = (second % DAY) / HOUR
    const wave = 1 + dailyAmplitude * Math.cos(((hour - BUSIEST_HOUR) / 24) * 2 * Math.PI)
    return wave * (flash === undefined ? 1 : flashAt(flash, hour)) * (storm?.[second] ?? 1)
  })
  const expected = (requestsPerDay / DAY) * length
  const factor = expected / rates.reduce((sum, rate) => sum + rate, 0)
  return { kind: 'rates', stepSeconds: 1, rates: rates.map(rate => rate * factor) }
}

function flashAt(
  { hour, factor, riseMinutes, fallMinutes }: NonNullable<SyntheticTraffic['flash']>,
  now: number,
): number {
  const minutes = (now - hour) * 60
  if (minutes < 0) return 1
  const height = minutes < riseMinutes ? minutes / riseMinutes : Math.exp(-(minutes - riseMinutes) / fallMinutes)
  return 1 + (factor - 1) * height
}

function stormsOf(
  { factor, meanSeconds, meanGapSeconds }: NonNullable<SyntheticTraffic['bursts']>,
  length: number,
  seed: number,
): Float64Array {
  const random = createMersenneTwister(seed)
  const factors = new Float64Array(length).fill(1)
  const lasting = (mean: number): number => Math.ceil(-mean * Math.log(1 - random.uniform()))
  for (let at = lasting(meanGapSeconds); at < length; ) {
    const end = at + lasting(meanSeconds)
    factors.fill(factor, at, end)
    at = end + lasting(meanGapSeconds)
  }
  return factors
}
