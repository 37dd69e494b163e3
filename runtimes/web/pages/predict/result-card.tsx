import type { Manifest } from '@scaling-mlops/core'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { ApiError } from '../../api/http.ts'
import { type FormRow, type ModelPlace, useReport } from '../../api/models.ts'
import type { WhatIf } from '../../api/whatif.ts'
import { CardBoundary } from '../../parts/boundary.tsx'
import { Countdown, RequestId, sentence } from '../../parts/states.tsx'
import { ClassBars } from './class-bars.tsx'
import { ContributionBars } from './contribution-bars.tsx'
import { CopyMenu } from './copy-menu.tsx'
import { FeedbackDialog } from './feedback-dialog.tsx'
import { FlipCards } from './flip-cards.tsx'
import { outputExact } from './output.ts'
import { ProbabilityScale } from './probability-scale.tsx'
import { sentenceOf } from './sentence.ts'

export type Outcome = {
  readonly place: ModelPlace
  readonly manifest: Manifest
  /** Undefined while a field has a problem. */
  readonly asked: FormRow | undefined
  readonly row: FormRow
  readonly result: WhatIf | undefined
  readonly error: Error | null
  readonly isStale: boolean
  /** Asks once more. */
  readonly again: () => void
  readonly threshold: number | undefined
  readonly setThreshold: (threshold: number) => void
  readonly apply: (feature: string, value: string | number) => void
}

/** The answer, why, and what would change it. */
export function ResultCards({
  place,
  manifest,
  asked,
  row,
  result,
  error,
  isStale,
  again,
  threshold,
  setThreshold,
  apply,
}: Outcome) {
  const { data: report } = useReport(place)
  const first = useRef<number>(undefined)
  if (first.current === undefined && result !== undefined) first.current = result.output
  if (result === undefined)
    return (
      <section className="card" aria-label="Result" aria-busy={error === null && asked !== undefined}>
        {asked === undefined ? (
          <p>The result comes when the marked fields have a value.</p>
        ) : error === null ? (
          <>
            <div className="skeleton" />
            <div className="skeleton" />
          </>
        ) : (
          <Problem error={error} again={again} />
        )}
      </section>
    )
  const delta = result.output - (first.current ?? result.output)
  const text = sentenceOf(result, manifest.features)
  return (
    <>
      <section className={isStale ? 'card stale' : 'card'} aria-label="Result">
        <div className="headline">
          <span className="probability">{outputExact(result)}</span>
          <Label manifest={manifest} result={result} threshold={threshold} />
          {result.task !== 'regression' && Math.abs(delta) >= 0.0005 && (
            <span className="delta">
              {delta > 0 ? '+' : '−'}
              {Math.abs(delta * 100).toFixed(1)} points since start
            </span>
          )}
        </div>
        <Announcement text={`${outputExact(result)}. ${labelOf(manifest, result, threshold)}`} />
        {threshold !== undefined && (
          <ProbabilityScale
            probability={result.output}
            threshold={threshold}
            setThreshold={setThreshold}
            scores={report?.task === 'binary' ? report.curves.scores : undefined}
          />
        )}
        {text !== undefined && <p>{text}</p>}
        {error !== null && <Problem error={error} again={again} />}
      </section>
      {result.classes !== undefined && (
        <Part title="Every class">
          <ClassBars classes={result.classes} />
        </Part>
      )}
      <section className="card" aria-label="Why">
        <CardBoundary>
          <ContributionBars result={result} table={manifest.features} />
        </CardBoundary>
      </section>
      {threshold !== undefined && (
        <Part title="What would change the decision">
          <FlipCards result={result} table={manifest.features} apply={apply} />
        </Part>
      )}
      <section className="card" aria-label="Call and feedback">
        <div className="row">
          <CopyMenu place={place} row={row} />
          <FeedbackDialog place={place} result={result} />
        </div>
        <p className="result-foot">
          <span>
            {manifest.name}, version {manifest.version} · {Math.max(1, Math.round(result.milliseconds))} ms
          </span>
          {result.method !== undefined && <span>Explained by: {result.method}</span>}
        </p>
      </section>
    </>
  )
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="card" aria-label={title}>
      <h2>{title}</h2>
      <CardBoundary>{children}</CardBoundary>
    </section>
  )
}

/** The last good result stays; a server that is too busy is asked again when it said. */
function Problem({ error, again }: { readonly error: Error; readonly again: () => void }) {
  const isBusy = error instanceof ApiError && error.status === 429
  return (
    <p className="notice bad" role="alert">
      {sentence(error.message)}
      <RequestId error={error} />
      {isBusy && <Countdown deadline={error.at + (error.retryAfter ?? 1) * 1000} again={again} />}
    </p>
  )
}

export function labelOf({ task }: Manifest, { output, named }: WhatIf, threshold: number | undefined): string {
  if (task.kind === 'regression') return `estimated ${task.target}`
  if (task.kind === 'multiclass') return `${task.target}: ${named}`
  return output >= (threshold ?? task.threshold)
    ? `${task.target}: ${task.positive}`
    : `${task.target}: ${task.classes.find(name => name !== task.positive)}`
}

export function Label({
  manifest,
  result,
  threshold,
}: {
  readonly manifest: Manifest
  readonly result: WhatIf
  readonly threshold: number | undefined
}) {
  const text = labelOf(manifest, result, threshold)
  if (threshold === undefined) return <span className="badge">{text}</span>
  const isUp = result.output >= threshold
  return (
    <span className={isUp ? 'badge up' : 'badge down'}>
      <span aria-hidden="true">{isUp ? '▲' : '▼'}</span>
      {text}
    </span>
  )
}

/** Tells screen readers the result, at most once a second. */
function Announcement({ text }: { readonly text: string }) {
  const [said, say] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => say(text), 1000)
    return () => clearTimeout(timer)
  }, [text])
  return (
    <p className="hidden" aria-live="polite">
      {said}
    </p>
  )
}
