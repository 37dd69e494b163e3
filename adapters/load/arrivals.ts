/** When requests are due: each call gives the next moment, in milliseconds from the start, ascending without end. */
export type Arrivals = () => number

/** `constant`: evenly spaced. `poisson`: independent of each other, as from many users, at the same mean rate. */
export type ArrivalPattern = 'constant' | 'poisson'

/** Arrivals at `rate` a second, whatever becomes of them. The first is due at once. `random` gives numbers in [0, 1). */
export function createArrivals(pattern: ArrivalPattern, rate: number, random: () => number = Math.random): Arrivals {
  if (!(rate > 0)) throw new RangeError(`a rate is a number above 0; got ${rate}`)
  const mean = 1000 / rate
  // counted, not summed up: at 3 a second the thousandth arrival is due at 333,000 ms and not a rounding error beside it
  if (pattern === 'constant') {
    let count = 0
    return () => count++ * mean
  }
  let due = 0
  return () => {
    const now = due
    due += -Math.log(1 - random()) * mean
    return now
  }
}
