import type { Decision } from '../decision.ts'
import { CoreError } from '../errors.ts'
import { summarise } from '../issue.ts'
import type { Task } from '../manifest.ts'
import type { Outcome } from '../predict.ts'
import type { InferenceTensor } from './inference-tensor.ts'

/** Rows that a refusal names. */
const MOST_NAMED = 5

/** The outputs of a task for scored rows. Throws `invalid_row` where any row was not scored: a tensor has no place for what is wrong with it. */
export function toOutputs(task: Task, outcomes: readonly Outcome[]): readonly InferenceTensor[] {
  refuseInvalid(outcomes)
  const decisions = outcomes.map(outcome => (outcome as Extract<Outcome, { ok: true }>).decision)
  const rows = decisions.length
  const of = <Kind extends Decision['kind']>(_: Kind) => decisions as Extract<Decision, { kind: Kind }>[]
  switch (task.kind) {
    case 'binary':
      return [
        {
          name: 'probability',
          datatype: 'FP32',
          shape: [rows, 1],
          data: Float32Array.from(of('binary'), ({ probability }) => probability),
        },
        {
          name: 'prediction',
          datatype: 'BOOL',
          shape: [rows, 1],
          data: Uint8Array.from(of('binary'), ({ label }) => Number(label)),
        },
      ]
    case 'multiclass':
      return [
        {
          name: 'probability',
          datatype: 'FP32',
          shape: [rows, task.classes.length],
          data: Float32Array.from(of('multiclass').flatMap(({ probabilities }) => probabilities)),
        },
        { name: 'prediction', datatype: 'BYTES', shape: [rows, 1], data: of('multiclass').map(({ label }) => label) },
      ]
    case 'regression':
      return [
        {
          name: 'prediction',
          datatype: 'FP32',
          shape: [rows, 1],
          data: Float32Array.from(of('regression'), ({ value }) => value),
        },
      ]
  }
}

function refuseInvalid(outcomes: readonly Outcome[]): void {
  const problems: string[] = []
  let invalid = 0
  outcomes.forEach((outcome, row) => {
    if (!outcome.ok && invalid++ < MOST_NAMED) problems.push(`row ${row}: ${summarise(outcome.issues)}`)
  })
  if (invalid === 0) return
  const more = invalid > MOST_NAMED ? `; ${invalid - MOST_NAMED} more rows are invalid` : ''
  throw new CoreError('invalid_row', `${problems.join('; ')}${more}`)
}
