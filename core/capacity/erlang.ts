/** Queues as theory knows them: Poisson arrivals, exponential service, one queue before `slots` slots (M/M/c). */

/** Erlang C: the share of arrivals that wait. `load` is arrival rate × service time; 1 where it is not below `slots`. */
export function waitProbability(load: number, slots: number): number {
  if (load >= slots) return 1
  // Erlang B by its recursion, which neither overflows nor loses digits, then B → C
  let blocked = 1
  for (let slot = 1; slot <= slots; slot++) blocked = (load * blocked) / (slot + load * blocked)
  return blocked / (1 - (load / slots) * (1 - blocked))
}

/** Mean wait over all arrivals, in the unit of `service`. */
export function meanWait(load: number, slots: number, service: number): number {
  return load >= slots ? Number.POSITIVE_INFINITY : (waitProbability(load, slots) * service) / (slots - load)
}

/**
 * The wait that `share` of the arrivals stay within, in the unit of `service`. Service times that vary otherwise than exponentially stretch
 * the wait by (1 + variation²) ÷ 2, the Allen–Cunneen approximation.
 */
export function waitQuantile(
  load: number,
  slots: number,
  service: number,
  share: number,
  squaredVariation = 1,
): number {
  if (load >= slots) return Number.POSITIVE_INFINITY
  const beyond = waitProbability(load, slots) / (1 - share)
  if (beyond <= 1) return 0
  return (Math.log(beyond) * service * ((1 + squaredVariation) / 2)) / (slots - load)
}
