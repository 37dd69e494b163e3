/** Counts latencies in buckets 0.8 % wide, so that millions of them need neither memory nor sorting. */
export type LatencyHistogram = {
  add(seconds: number): void
  /** The latency in seconds that `share` of all stay within, to the width of a bucket; 0 of none. */
  quantile(share: number): number
  clear(): void
}

/** 2⁷ buckets to each power of two, from 2⁻²⁰ seconds (a microsecond) to 2²⁰ (twelve days). */
const DETAIL = 7
const [LOWEST, HIGHEST] = [-20, 20]

export function createLatencyHistogram(): LatencyHistogram {
  const counts = new Uint32Array((HIGHEST - LOWEST) << DETAIL)
  let total = 0
  // exponent and first bits of the mantissa, as they stand in a float, are the logarithm's bucket: no call to Math.log
  const float = new Float32Array(1)
  const bits = new Uint32Array(float.buffer)
  const first = (127 + LOWEST) << DETAIL

  return {
    add(seconds) {
      float[0] = seconds
      const bucket = Math.min(Math.max(((bits[0] as number) >>> (23 - DETAIL)) - first, 0), counts.length - 1)
      counts[bucket] = (counts[bucket] as number) + 1
      total++
    },
    quantile(share) {
      if (total === 0) return 0
      let left = Math.ceil(share * total)
      let bucket = 0
      for (; bucket < counts.length - 1; bucket++) {
        left -= counts[bucket] as number
        if (left <= 0) break
      }
      bits[0] = (bucket + first) << (23 - DETAIL)
      const lower = float[0] as number
      return lower * (1 + 0.5 / (1 << DETAIL))
    },
    clear() {
      counts.fill(0)
      total = 0
    },
  }
}
