import type { Score } from './batcher.ts'
import type { Call } from './call-queue.ts'
import { compileDecide, type Decision } from './decision.ts'
import type { Issue } from './issue.ts'
import type { Manifest } from './manifest.ts'
import type { Clock } from './ports/clock.ts'
import type { Metrics } from './ports/metrics.ts'
import type { Scheduler } from './ports/scheduler.ts'
import type { Row } from './row.ts'
import { compileValidate } from './validate.ts'

/** What became of one row: a decision, or all that is wrong with it. */
export type Outcome =
  | { readonly ok: true; readonly decision: Decision }
  | { readonly ok: false; readonly issues: readonly Issue[] }

/** Scores raw rows: one outcome per input, in order; a bad row fails alone. Rejects where rows are not scored for want of capacity, or the model fails. */
export type Predict = (inputs: readonly unknown[], call?: Call) => Promise<readonly Outcome[]>

type Dependencies = {
  readonly manifest: Manifest
  readonly score: Score
  readonly metrics: Metrics
  readonly clock: Clock
  readonly scheduler: Scheduler
  /** Rows that are validated, scored and decided in one go. */
  readonly sliceRows: number
}

/** Validate → score in company → decide, a slice at a time, so that a long list leaves the event loop free in between. */
export function createPredict({ manifest, score, metrics, clock, scheduler, sliceRows }: Dependencies): Predict {
  const validate = compileValidate(manifest.features)
  const decide = compileDecide(manifest.task)

  const predictSlice = async (inputs: readonly unknown[], call: Call | undefined): Promise<Outcome[]> => {
    const rows: Row[] = []
    const outcomes: Outcome[] = []
    for (const input of inputs) {
      const validation = validate(input)
      if (validation.ok) rows.push(validation.row)
      outcomes.push(validation.ok ? undecided : validation)
    }
    if (rows.length < inputs.length) metrics.count('Invalid', inputs.length - rows.length)
    if (rows.length === 0) return outcomes

    const scores = await score(rows, call)
    let next = 0
    for (let index = 0; index < outcomes.length; index++) {
      if (outcomes[index] !== undecided) continue
      const decision = decide(scores, next++)
      outcomes[index] = decision ? { ok: true, decision } : noFiniteAnswer
    }
    metrics.count('Predictions', rows.length)
    return outcomes
  }

  return async (inputs, call) => {
    const started = clock.monotonic()
    let outcomes: Outcome[]
    if (inputs.length <= sliceRows) outcomes = await predictSlice(inputs, call)
    else {
      outcomes = []
      for (let start = 0; start < inputs.length; start += sliceRows) {
        for (const outcome of await predictSlice(inputs.slice(start, start + sliceRows), call)) outcomes.push(outcome)
        // a slice of which no row was valid has not waited for anything
        await new Promise<void>(resolve => scheduler.afterTurn(resolve))
      }
    }
    metrics.observe('PredictionLatency', clock.monotonic() - started)
    return outcomes
  }
}

/** Holds the place of a valid row until its scores are there. */
const undecided: Outcome = { ok: false, issues: [] }

const noFiniteAnswer: Outcome = {
  ok: false,
  issues: [
    {
      field: '',
      code: 'not_finite',
      message: 'the numbers of this row are so large that the model gives no finite answer',
    },
  ],
}
