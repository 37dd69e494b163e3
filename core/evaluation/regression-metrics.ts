/** Errors of predicted values, with a weight per row for the bootstrap. */
export type RegressionFigures = {
  /** Share of the variance explained; 0 is what the mean of these rows reaches. NaN where the target is constant. */
  readonly r2: number
  readonly rmse: number
  readonly mae: number
}

export function regressionFigures(
  targets: ArrayLike<number>,
  outputs: ArrayLike<number>,
  weights?: ArrayLike<number>,
): RegressionFigures {
  let total = 0
  let mean = 0
  let spread = 0
  let squares = 0
  let distances = 0
  for (let row = 0; row < targets.length; row++) {
    const weight = weights === undefined ? 1 : (weights[row] as number)
    if (weight === 0) continue
    const target = targets[row] as number
    const error = (outputs[row] as number) - target
    // Welford's update: the textbook formula cancels for targets far from zero
    total += weight
    const step = target - mean
    mean += (weight * step) / total
    spread += weight * step * (target - mean)
    squares += weight * error * error
    distances += weight * Math.abs(error)
  }
  return {
    r2: spread > 0 ? 1 - squares / spread : Number.NaN,
    rmse: Math.sqrt(squares / total),
    mae: distances / total,
  }
}
