import { compileDecide, type Decision } from './decision.ts'
import type { Issue } from './issue.ts'
import type { Manifest } from './manifest.ts'
import type { Clock } from './ports/clock.ts'
import type { Metrics } from './ports/metrics.ts'
import type { Score } from './score.ts'
import { compileValidate, type Row } from './validate.ts'

/** What became of one row: a decision, or all that is wrong with it. */
export type Outcome =
  | { readonly ok: true; readonly decision: Decision }
  | { readonly ok: false; readonly issues: readonly Issue[] }

/** Scores raw rows: one outcome per input, in order; a bad row fails alone. Rejects only where the model itself fails. */
export type Predict = (inputs: readonly unknown[]) => Promise<readonly Outcome[]>

type Dependencies = {
  readonly manifest: Manifest
  readonly score: Score
  readonly metrics: Metrics
  readonly clock: Clock
}

/** Validate → preprocess and run as one batch → decide. */
export function createPredict({ manifest, score, metrics, clock }: Dependencies): Predict {
  const validate = compileValidate(manifest.features)
  const decide = compileDecide(manifest.task)

  return async inputs => {
    const started = clock.monotonic()
    const rows: Row[] = []
    const refused: (readonly Issue[] | undefined)[] = inputs.map(input => {
      const validation = validate(input)
      if (!validation.ok) return validation.issues
      rows.push(validation.row)
      return undefined
    })
    const invalid = inputs.length - rows.length
    if (invalid > 0) metrics.count('Invalid', invalid)
    if (rows.length === 0) return refused.map(issues => ({ ok: false, issues: issues ?? [] }))

    const scores = await score(rows).catch(error => {
      metrics.count('Failed', rows.length)
      throw error
    })
    let next = 0
    const outcomes = refused.map((issues): Outcome => {
      if (issues) return { ok: false, issues }
      const decision = decide(scores, next++)
      return decision ? { ok: true, decision } : { ok: false, issues: [noFiniteAnswer] }
    })
    metrics.count('Predictions', rows.length)
    metrics.observe('PredictionLatency', clock.monotonic() - started)
    return outcomes
  }
}

const noFiniteAnswer: Issue = {
  field: '',
  code: 'not_finite',
  message: 'the numbers of this row are so large that the model gives no finite answer',
}
