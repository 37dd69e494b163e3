import { compileAnswer, type Decision, readOutputs, type Task } from '@scaling-mlops/core'
import { expect, it } from 'vitest'

const BINARY: Task = { kind: 'binary', target: 'churn', classes: ['no', 'yes'], positive: 'yes', threshold: 0.5 }
const CLASSES: Task = { kind: 'multiclass', target: 'plan', classes: ['free', 'pro "plus"', 'team'] }
const VALUE: Task = { kind: 'regression', target: 'spend' }

it.each<[string, Task, Decision, number[]]>([
  ['binary', BINARY, { kind: 'binary', probability: 0.25, label: false }, [0.25]],
  ['multiclass', CLASSES, { kind: 'multiclass', probabilities: [0.2, 0.5, 0.3], label: 'pro "plus"' }, [0.2, 0.5, 0.3]],
  ['regression', VALUE, { kind: 'regression', value: -7.5 }, [-7.5]],
])('an answer of a %s task is read back as the numbers that golden rows hold', (_, task, decision, outputs) => {
  expect(readOutputs(task, JSON.parse(compileAnswer(task)(decision)))).toEqual(outputs)
})

it.each([null, 'text', [], { error: 'missing data' }, { churn_probability: '0.5' }])(
  'what is no answer of the task has no numbers: %j',
  answer => {
    for (const task of [BINARY, CLASSES, VALUE]) expect(readOutputs(task, answer)).toBeUndefined()
  },
)
