import type { Score } from './batcher.ts'
import type { Call } from './call-queue.ts'
import { compileDecide, type Decision, type Scores } from './decision.ts'
import { columnsOf } from './feature-table.ts'
import type { Issue } from './issue.ts'
import type { Manifest } from './manifest.ts'
import type { Clock } from './ports/clock.ts'
import type { Metrics } from './ports/metrics.ts'
import type { Scheduler } from './ports/scheduler.ts'
import type { EncodedRow, Row } from './row.ts'
import { compileValidate } from './validate.ts'

/** What became of one row: a decision, or all that is wrong with it. */
export type Outcome =
  | { readonly ok: true; readonly decision: Decision }
  /** `untold` issues beside those that are told: see `MOST_EXPLAINED`. */
  | { readonly ok: false; readonly issues: readonly Issue[]; readonly untold?: number }

/** Of how many bad rows of one call all issues are told. A list of a megabyte may be half a million bad rows, whose issues would take a thousand times its bytes. */
export const MOST_EXPLAINED = 1000

/** Scores raw rows: one outcome per input, in order; a bad row fails alone. Rejects where rows are not scored for want of capacity, or the model fails. */
export type Predict = (inputs: readonly unknown[], call?: Call) => Promise<readonly Outcome[]>

/** Scores a matrix of the graph's columns, row after row; their number must be a multiple of the graph's width, and they must be finite. */
export type PredictEncoded = (columns: Float32Array, call?: Call) => Promise<readonly Outcome[]>

/** What `createPredict` makes: all of it enters the same batches. */
export type Predictors = {
  readonly predict: Predict
  readonly predictEncoded: PredictEncoded
  /** Scores rows that were read and validated elsewhere. */
  readonly scoreRows: Score
  /** Counts rows that were refused elsewhere among the model's invalid ones. */
  readonly countInvalid: (rows: number) => void
}

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
export function createPredict({ manifest, score, metrics, clock, scheduler, sliceRows }: Dependencies): Predictors {
  const validate = compileValidate(manifest.features)
  const decide = compileDecide(manifest.task)

  /** Adds an outcome for each of some inputs: what is wrong with it (of so many all of it), or that it is undecided. Answers the rows of these. */
  const judge = (
    inputs: readonly unknown[],
    start: number,
    end: number,
    outcomes: Outcome[],
    explained: number,
  ): Row[] => {
    const rows: Row[] = []
    for (let index = start; index < end; index++) {
      const validation = validate(inputs[index])
      if (validation.ok) {
        rows.push(validation.row)
        outcomes.push(undecided)
      } else {
        const invalid = index - start - rows.length
        outcomes.push(invalid < explained ? validation : unexplained(validation.issues.length))
      }
    }
    if (rows.length < end - start) metrics.count('Invalid', end - start - rows.length)
    return rows
  }

  /** Decides what is undecided from an outcome on. */
  const settle = (outcomes: Outcome[], start: number, rows: readonly Row[], scores: Scores): void => {
    let next = 0
    for (let index = start; index < outcomes.length; index++) {
      if (outcomes[index] !== undecided) continue
      const decision = decide(scores, next++)
      outcomes[index] = decision ? { ok: true, decision } : noFiniteAnswer
    }
    metrics.count('Predictions', rows.length)
  }

  const predict: Predict = async (inputs, call) => {
    const started = clock.monotonic()
    const outcomes: Outcome[] = []
    let explained = MOST_EXPLAINED
    for (let start = 0; start < inputs.length; start += sliceRows) {
      // a slice of which no row was valid has not waited for anything
      if (start > 0) await new Promise<void>(resolve => scheduler.afterTurn(resolve))
      const end = Math.min(inputs.length, start + sliceRows)
      const rows = judge(inputs, start, end, outcomes, explained)
      explained -= end - start - rows.length
      if (rows.length > 0) settle(outcomes, start, rows, await score(rows, call))
    }
    metrics.observe('PredictionLatency', clock.monotonic() - started)
    return outcomes
  }

  const width = columnsOf(manifest.features).length
  const predictEncoded: PredictEncoded = async (columns, call) => {
    const started = clock.monotonic()
    const outcomes: Outcome[] = []
    const count = columns.length / width
    for (let start = 0; start < count; start += sliceRows) {
      const rows: EncodedRow[] = []
      for (let row = start; row < Math.min(count, start + sliceRows); row++)
        rows.push(columns.subarray(row * width, (row + 1) * width))
      const scores = await score(rows, call)
      for (let index = 0; index < rows.length; index++) {
        const decision = decide(scores, index)
        outcomes.push(decision ? { ok: true, decision } : noFiniteAnswer)
      }
      metrics.count('Predictions', rows.length)
    }
    metrics.observe('PredictionLatency', clock.monotonic() - started)
    return outcomes
  }
  const scoreRows: Score = async (rows, call) => {
    const started = clock.monotonic()
    const scores = await score(rows, call)
    metrics.count('Predictions', rows.length)
    metrics.observe('PredictionLatency', clock.monotonic() - started)
    return scores
  }
  return { predict, predictEncoded, scoreRows, countInvalid: rows => metrics.count('Invalid', rows) }
}

/** Holds the place of a valid row until its scores are there. */
const undecided: Outcome = { ok: false, issues: [] }

/** What stands for all bad rows with so many issues that are not told: one for all of them. */
const unexplained = (untold: number): Outcome => (unexplainedOf[untold] ??= { ok: false, issues: [], untold })
const unexplainedOf: Outcome[] = []

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
