/** Low and high end of a 95 % interval. */
export type Interval = readonly [low: number, high: number]

/** Wilson's interval for a share: stays within 0 and 1 and does not collapse where the share is 0 or 1. */
export function wilsonInterval(successes: number, trials: number): Interval {
  if (trials === 0) return [0, 1]
  const z = 1.959963984540054
  const share = successes / trials
  const centre = (share + (z * z) / (2 * trials)) / (1 + (z * z) / trials)
  const half =
    (z * Math.sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials))) / (1 + (z * z) / trials)
  return [Math.max(0, centre - half), Math.min(1, centre + half)]
}

export type BootstrapOptions = {
  readonly rows: number
  /** The figures of a sample in which row `i` occurs `weights[i]` times. The array is used again for the next sample. */
  readonly statistics: (weights: ArrayLike<number>) => readonly number[]
  /** Uniform in [0, 1). */
  readonly random: () => number
  readonly resamples?: number
}

/** Draws over which the work of a bootstrap is bounded: beyond 20,000 rows fewer resamples do, since the interval is narrow. */
const MOST_DRAWS = 2e7

/** Percentile intervals from resampling the rows with replacement, one for each figure; undefined where a figure came out as NaN in more than a tenth of the samples. */
export function bootstrapIntervals(options: BootstrapOptions): (Interval | undefined)[] {
  const { rows, statistics, random } = options
  const resamples = options.resamples ?? Math.min(1000, Math.max(100, Math.floor(MOST_DRAWS / rows)))
  const weights = new Uint16Array(rows)
  const samples: (readonly number[])[] = []
  for (let resample = 0; resample < resamples; resample++) {
    weights.fill(0)
    for (let draw = 0; draw < rows; draw++) {
      const row = Math.floor(random() * rows)
      weights[row] = (weights[row] as number) + 1
    }
    samples.push(statistics(weights))
  }

  return (samples[0] ?? []).map((_, figure) => {
    const values = Float64Array.from(samples.map(sample => sample[figure] as number).filter(Number.isFinite)).sort()
    return values.length < 0.9 * resamples ? undefined : [quantile(values, 0.025), quantile(values, 0.975)]
  })
}

/** Quantile of ascending values by linear interpolation, with NumPy's roundings (from the nearer neighbour); NaN of no values. */
export function quantile(ascending: ArrayLike<number>, share: number): number {
  const position = share * (ascending.length - 1)
  const below = Math.floor(position)
  const low = ascending[below] ?? Number.NaN
  const high = ascending[below + 1] ?? low
  const part = position - below
  return part < 0.5 ? low + (high - low) * part : high - (high - low) * (1 - part)
}
