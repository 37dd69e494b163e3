import { CoreError } from '../errors.ts'
import { solveCholesky } from './cholesky.ts'

/** A convex function with its derivatives. */
export type Objective = {
  readonly size: number
  /** Answers the value at `point` and writes the gradient and the lower triangle (row-major) of the Hessian over what stood there. */
  evaluate(point: Float64Array, gradient: Float64Array, hessian: Float64Array): number
}

export type Minimum = {
  readonly point: Float64Array
  readonly value: number
  readonly converged: boolean
  readonly steps: number
  /** The largest absolute entry of the gradient at the point. */
  readonly gradient: number
}

/** Newton's steps converge quadratically: the step from here ends at about the square of this, far below what coefficients are known to. */
const CLOSE = 1e-9

const MOST_STEPS = 100

/**
 * Newton's method with a halving line search. It stops by the Newton decrement, the distance to the minimum in the function's own units:
 * unlike the gradient it does not change when a column is measured in cents instead of euros.
 * On 5,634 customers it takes 7 steps where L-BFGS on unscaled columns needs over 5,000.
 */
export function minimise(objective: Objective, onStep: (step: number) => void = () => {}): Minimum {
  const { size, evaluate } = objective
  let point = new Float64Array(size)
  let gradient = new Float64Array(size)
  const hessian = new Float64Array(size * size)
  let value = evaluate(point, gradient, hessian)

  for (let steps = 0; ; steps++) {
    onStep(steps + 1)
    const step = gradient.slice()
    if (!solveCholesky(hessian, step))
      throw new CoreError(
        'not_converged',
        'the columns are so large or so alike that the fit cannot be computed; rescale or drop some',
      )
    const decrement = dot(gradient, step) / 2
    const last = decrement <= CLOSE
    if (steps === MOST_STEPS) return { point, value, converged: last, steps, gradient: largest(gradient) }

    const next = lineSearch(objective, { point, value, decrement, step, hessian })
    if (next === undefined) return { point, value, converged: last, steps, gradient: largest(gradient) }
    ;({ point, value, gradient } = next)
    if (last) return { point, value, converged: true, steps: steps + 1, gradient: largest(gradient) }
  }
}

type From = { point: Float64Array; value: number; decrement: number; step: Float64Array; hessian: Float64Array }

/** Summing ten million rows rounds by more than the last steps gain; a rise of this share of the value is none. */
const ROUNDING = 1e-10

/** The first of the full step, its half, its quarter, … that lowers the value enough. */
function lineSearch(
  { size, evaluate }: Objective,
  { point, value, decrement, step, hessian }: From,
): { point: Float64Array<ArrayBuffer>; value: number; gradient: Float64Array<ArrayBuffer> } | undefined {
  const gradient = new Float64Array(size)
  for (let length = 1; length > 1e-10; length /= 2) {
    const candidate = point.map((at, index) => at - length * (step[index] as number)) as Float64Array<ArrayBuffer>
    const reached = evaluate(candidate, gradient, hessian)
    if (reached <= value - 1e-4 * length * decrement + ROUNDING * Math.abs(value))
      return { point: candidate, value: reached, gradient }
  }
  return undefined
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let index = 0; index < a.length; index++) sum += (a[index] as number) * (b[index] as number)
  return sum
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
}
