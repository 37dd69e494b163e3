import { CoreError } from '../errors.ts'
import type { Manifest, Task } from '../manifest.ts'
import type { LinearGraph } from '../ports/linear-graph.ts'
import { compilePreprocess } from '../preprocess.ts'
import type { Explain } from './explanation.ts'

/** One output of the model as a plain sum over the columns. */
type Sum = { readonly output: string; readonly weights: Float64Array; readonly intercept: number }

/**
 * Compiles the exact explanation of a linear model: a field contributes its columns' coefficients times how far they are from `means`,
 * the columns of the average row, whose own sum is the base. Undefined for a link that does not belong to the task; throws
 * `invalid_manifest` where graph and feature table differ in width.
 */
export function compileLinearExplain(
  { task, features }: Pick<Manifest, 'task' | 'features'>,
  graph: LinearGraph,
  means: ArrayLike<number>,
): Explain | undefined {
  const { width, write } = compilePreprocess(features)
  if (graph.coefficients.some(({ length }) => length !== width) || means.length !== width)
    throw new CoreError('invalid_manifest', `the feature table makes ${width} columns, the graph's coefficients do not`)
  const sums = toSums(task, graph)
  if (sums === undefined) return undefined
  const bases = sums.map(({ weights, intercept }) =>
    weights.reduce((sum, weight, column) => sum + weight * (means[column] as number), intercept),
  )
  const ends: number[] = []
  for (const feature of features)
    ends.push((ends.at(-1) ?? 0) + (feature.kind === 'number' ? 1 : feature.values.length))

  return row => {
    // of 32 bits, as the graph reads it
    const cells = new Float32Array(width)
    write(row, cells, 0)
    return sums.map(({ output, weights }, index) => {
      let column = 0
      const contributions = ends.map(end => {
        let contribution = 0
        for (; column < end; column++)
          contribution += (weights[column] as number) * ((cells[column] as number) - (means[column] as number))
        return contribution
      })
      return { output, base: bases[index] as number, contributions }
    })
  }
}

function toSums(task: Task, { link, coefficients, intercepts }: LinearGraph): Sum[] | undefined {
  const sumOf = (output: string, index: number): Sum => ({
    output,
    weights: coefficients[index] as Float64Array,
    intercept: intercepts[index] as number,
  })
  if (task.kind === 'regression' && link === 'identity' && coefficients.length === 1) return [sumOf(task.target, 0)]
  if (task.kind === 'binary' && link === 'logistic' && coefficients.length === 1) return [sumOf(task.positive, 0)]
  if (task.kind === 'regression' || link !== 'softmax' || coefficients.length !== task.classes.length) return undefined
  const sums = task.classes.map(sumOf)
  if (task.kind === 'multiclass') return sums.map(sum => minus(sum, meanOf(sums)))
  const positive = task.classes.indexOf(task.positive)
  return [minus(sums[positive] as Sum, sums[1 - positive] as Sum)]
}

function minus(sum: Sum, other: Omit<Sum, 'output'>): Sum {
  return {
    output: sum.output,
    weights: sum.weights.map((weight, column) => weight - (other.weights[column] as number)),
    intercept: sum.intercept - other.intercept,
  }
}

/** Softmax leaves a common part of all sums free; without it they are logs of a probability against the geometric mean of all. */
function meanOf(sums: readonly Sum[]): Omit<Sum, 'output'> {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  return {
    weights: Float64Array.from(sums[0]?.weights ?? [], (_, column) =>
      mean(sums.map(({ weights }) => weights[column] as number)),
    ),
    intercept: mean(sums.map(({ intercept }) => intercept)),
  }
}
