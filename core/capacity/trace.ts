import type { Random } from '../training/mersenne-twister.ts'

/** When requests come: how many in each step, at what rate in each step, or the moments themselves. */
export type Trace =
  | {
      readonly kind: 'rates'
      readonly stepSeconds: number
      /** Requests a second, one for each step; a Poisson process runs at this rate. */
      readonly rates: Float64Array
    }
  | {
      readonly kind: 'counts'
      readonly stepSeconds: number
      /** Requests in each step; kept exactly, at random moments of the step. */
      readonly counts: Float64Array
    }
  | {
      readonly kind: 'timestamps'
      /** Seconds since the first, in order. */
      readonly seconds: Float64Array
    }

/** The next moment, in seconds from the start; never earlier than the last, Infinity when there are no more. */
export type Arrivals = () => number

/** Requests of a trace at the moments they come. The same trace and random numbers give the same moments. */
export function createArrivals(trace: Trace, random: Random): Arrivals {
  switch (trace.kind) {
    case 'rates':
      return poissonArrivals(trace.rates, trace.stepSeconds, random)
    case 'counts':
      return countedArrivals(trace.counts, trace.stepSeconds, random)
    case 'timestamps':
      return listedArrivals(trace.seconds)
  }
}

/** A trace of `factor` times the traffic. Moments become counts a second on the way, since a half request does not come. */
export function scaleTrace(trace: Trace, factor: number): Trace {
  if (factor === 1) return trace
  const { stepSeconds, rates } = toRates(trace, 1)
  return { kind: 'rates', stepSeconds, rates: rates.map(rate => rate * factor) }
}

export type TraceSummary = {
  readonly seconds: number
  readonly requests: number
  /** Requests a second: over the whole, and in the busiest and the calmest minute. */
  readonly meanRate: number
  readonly peakRate: number
  readonly leastRate: number
}

export function summariseTrace(trace: Trace): TraceSummary {
  const minutes = toRates(trace, 60)
  const seconds = traceSeconds(trace)
  const requests = requestsOf(trace)
  return {
    seconds,
    requests,
    meanRate: requests / seconds,
    peakRate: minutes.rates.reduce((most, rate) => Math.max(most, rate), 0),
    leastRate: minutes.rates.reduce((least, rate) => Math.min(least, rate), Number.POSITIVE_INFINITY),
  }
}

export function traceSeconds(trace: Trace): number {
  switch (trace.kind) {
    case 'rates':
      return trace.rates.length * trace.stepSeconds
    case 'counts':
      return trace.counts.length * trace.stepSeconds
    case 'timestamps':
      return Math.max(1, Math.ceil(trace.seconds.at(-1) ?? 0))
  }
}

/** Mean requests a second over steps of `stepSeconds`, or of the trace's own steps where those are longer. */
export function toRates(trace: Trace, stepSeconds: number): { stepSeconds: number; rates: Float64Array } {
  if (trace.kind === 'timestamps') {
    const rates = new Float64Array(Math.ceil(traceSeconds(trace) / stepSeconds))
    for (const moment of trace.seconds) {
      const step = Math.min(rates.length - 1, Math.floor(moment / stepSeconds))
      rates[step] = (rates[step] as number) + 1 / stepSeconds
    }
    return { stepSeconds, rates }
  }
  const own = trace.kind === 'rates' ? trace.rates : trace.counts.map(count => count / trace.stepSeconds)
  const width = Math.round(stepSeconds / trace.stepSeconds)
  if (width <= 1) return { stepSeconds: trace.stepSeconds, rates: own }
  const rates = Float64Array.from({ length: Math.ceil(own.length / width) }, (_, step) => {
    const part = own.subarray(step * width, (step + 1) * width)
    return part.reduce((sum, rate) => sum + rate, 0) / part.length
  })
  return { stepSeconds: width * trace.stepSeconds, rates }
}

function requestsOf(trace: Trace): number {
  if (trace.kind === 'timestamps') return trace.seconds.length
  if (trace.kind === 'counts') return trace.counts.reduce((sum, count) => sum + count, 0)
  return trace.rates.reduce((sum, rate) => sum + rate, 0) * trace.stepSeconds
}

/** A unit-rate process stretched by the rates: exact for rates that change in steps, and one logarithm a request. */
function poissonArrivals(rates: Float64Array, stepSeconds: number, random: Random): Arrivals {
  let step = 0
  let now = 0
  return () => {
    let ahead = -Math.log(1 - random.uniform())
    while (step < rates.length) {
      const rate = rates[step] as number
      const end = (step + 1) * stepSeconds
      const within = (end - now) * rate
      if (ahead <= within && rate > 0) {
        now += ahead / rate
        return now
      }
      ahead -= within
      now = end
      step++
    }
    return Number.POSITIVE_INFINITY
  }
}

/** As many moments as counted, uniform over the step, drawn in their order: the next of k lies 1 − U^(1/k) of the rest away. */
function countedArrivals(counts: Float64Array, stepSeconds: number, random: Random): Arrivals {
  let step = -1
  let left = 0
  let now = 0
  return () => {
    while (left === 0) {
      step++
      if (step >= counts.length) return Number.POSITIVE_INFINITY
      left = counts[step] as number
      now = step * stepSeconds
    }
    const end = (step + 1) * stepSeconds
    now += (end - now) * -Math.expm1(Math.log(1 - random.uniform()) / left)
    left--
    return now
  }
}

function listedArrivals(seconds: Float64Array): Arrivals {
  let index = 0
  return () => seconds[index++] ?? Number.POSITIVE_INFINITY
}
