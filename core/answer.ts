import type { Decision } from './decision.ts'
import type { Task } from './manifest.ts'

/** Writes a decision as the JSON text that every door answers with, so that the same row is the same bytes everywhere. */
export type WriteAnswer = (decision: Decision) => string

/**
 * Compiles the answer's text for a task: `{"<target>_probability": p, "<target>": true}`, `{"<target>": "class", "probabilities": {…}}`
 * or `{"<target>": value}`. Keys are escaped once, here.
 */
export function compileAnswer(task: Task): WriteAnswer {
  const target = JSON.stringify(task.target)
  const probability = JSON.stringify(`${task.target}_probability`)
  const classes = task.kind === 'multiclass' ? task.classes.map(value => JSON.stringify(value)) : []

  return decision => {
    switch (decision.kind) {
      case 'binary':
        return `{${probability}:${decision.probability},${target}:${decision.label}}`
      case 'multiclass':
        return `{${target}:${JSON.stringify(decision.label)},"probabilities":{${decision.probabilities.map((p, index) => `${classes[index]}:${p}`).join(',')}}}`
      case 'regression':
        return `{${target}:${decision.value}}`
    }
  }
}

/** Reads an answer that `compileAnswer` wrote back as the numbers that golden rows hold; undefined where it is none of this task. */
export function readOutputs(task: Task, answer: unknown): readonly number[] | undefined {
  const fields = (answer ?? {}) as Readonly<Record<string, unknown>>
  const probabilities = fields.probabilities as Readonly<Record<string, unknown>> | undefined
  const outputs =
    task.kind === 'binary'
      ? [fields[`${task.target}_probability`]]
      : task.kind === 'multiclass'
        ? task.classes.map(name => probabilities?.[name])
        : [fields[task.target]]
  return outputs.every(value => typeof value === 'number') ? outputs : undefined
}
