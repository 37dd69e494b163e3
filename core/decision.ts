import type { Task } from './manifest.ts'

/** What the model says of one row, in the task's own terms. Probabilities are float32 values written as doubles. */
export type Decision =
  | { readonly kind: 'binary'; readonly probability: number; readonly label: boolean }
  | { readonly kind: 'multiclass'; readonly probabilities: readonly number[]; readonly label: string }
  | { readonly kind: 'regression'; readonly value: number }

/** The deciding output of rows: `stride` numbers a row, row after row, from row `first` of the values on. */
export type Scores = { readonly values: Float32Array; readonly stride: number; readonly first: number }

/** Reads row `index` of the scores as a decision; undefined where the model gave no finite number. */
export type Decide = (scores: Scores, index: number) => Decision | undefined

/** Compiles a task's rule: binary is positive from the threshold on (p ≥ threshold), multiclass the most probable class, the first of equals. */
export function compileDecide(task: Task): Decide {
  switch (task.kind) {
    case 'binary': {
      const { threshold } = task
      const positive = task.classes.indexOf(task.positive)
      return ({ values, stride, first }, index) => {
        const probability = values[(first + index) * stride + (stride === 1 ? 0 : positive)] as number
        return Number.isFinite(probability)
          ? { kind: 'binary', probability, label: probability >= threshold }
          : undefined
      }
    }
    case 'multiclass': {
      const { classes } = task
      return ({ values, stride, first }, index) => {
        const start = (first + index) * stride
        const probabilities = Array.from(values.subarray(start, start + stride))
        const label = classes[probabilities.indexOf(Math.max(...probabilities))]
        return label === undefined ? undefined : { kind: 'multiclass', probabilities, label }
      }
    }
    case 'regression':
      return ({ values, stride, first }, index) => {
        const value = values[(first + index) * stride] as number
        return Number.isFinite(value) ? { kind: 'regression', value } : undefined
      }
  }
}

/** The numbers of a decision as golden rows hold them. */
export function outputsOf(decision: Decision): readonly number[] {
  switch (decision.kind) {
    case 'binary':
      return [decision.probability]
    case 'multiclass':
      return decision.probabilities
    case 'regression':
      return [decision.value]
  }
}
