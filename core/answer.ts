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
