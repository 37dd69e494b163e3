import type { Manifest } from '@scaling-mlops/core'
import { useMemo } from 'react'
import { ApiError } from '../../api/http.ts'
import { type Example, type ModelPlace, useExamples, useModel, useReport } from '../../api/models.ts'
import { useWhatIf } from '../../api/whatif.ts'
import type { Range } from '../../form/field-rules.ts'
import { titleOf } from '../../form/field-rules.ts'
import { SchemaForm } from '../../form/schema-form.tsx'
import { Failure, Loading, PageHead } from '../../parts/states.tsx'
import { useKey } from '../../shell/shortcuts.tsx'
import { useUrlState } from '../../shell/url-state.ts'
import { output, outputExact } from './output.ts'
import { PasteDialog } from './paste-dialog.tsx'
import { Label, ResultCards } from './result-card.tsx'
import { useRow } from './use-row.ts'

/** One row: its result while it is typed, why, and what would change it. */
export function PredictPage({ place }: { readonly place: ModelPlace }) {
  const model = useModel(place)
  const examples = useExamples(place)
  const report = useReport(place)
  if (model.error)
    return (
      <>
        <PageHead title={place.name} />
        <Failure error={model.error}>
          {model.error instanceof ApiError && model.error.code === 'unknown_version' && (
            <a href={`/m/${place.name}/predict`}>To the version that serves</a>
          )}
        </Failure>
      </>
    )
  if (model.data === undefined || examples.isPending || report.isPending)
    return (
      <>
        <PageHead title={place.name} />
        <div className="predict">
          <Loading lines={8} />
          <Loading lines={5} />
        </div>
      </>
    )
  const profile = report.data?.profile?.features ?? []
  const rangeOf = (name: string): Range | undefined => {
    const found = profile.find(({ feature }) => feature === name)
    return found?.kind === 'number' && found.maximum > found.minimum ? [found.minimum, found.maximum] : undefined
  }
  return <Predict place={place} manifest={model.data} examples={examples.data ?? []} rangeOf={rangeOf} />
}

function Predict({
  place,
  manifest,
  examples,
  rangeOf,
}: {
  readonly place: ModelPlace
  readonly manifest: Manifest
  readonly examples: readonly Example[]
  readonly rangeOf: (name: string) => Range | undefined
}) {
  const { features, task } = manifest
  const { form, start, row, current, load } = useRow(manifest, examples, rangeOf)
  const [inUrl, setInUrl] = useUrlState('t')
  const threshold = task.kind === 'binary' ? thresholdFrom(inUrl, task.threshold) : undefined
  const setThreshold = (next: number) =>
    setInUrl(task.kind === 'binary' && next === task.threshold ? null : next.toFixed(2))
  const { result, error, isFetching, again } = useWhatIf(place, manifest, row, threshold)

  const issues = useMemo(() => issuesOf(error), [error])
  const reset = () => load(start)
  useKey(['r'], reset)
  useKey(['[', ']'], key => {
    if (threshold !== undefined) setThreshold(Math.min(1, Math.max(0, threshold + (key === '[' ? -0.01 : 0.01))))
  })
  return (
    <>
      <PageHead title={manifest.title} detail={`version ${manifest.version} · ${manifest.algorithm}`}>
        {manifest.description !== undefined && <p>{manifest.description}</p>}
      </PageHead>
      <div className="predict">
        <form className="card" aria-label="Row" onSubmit={event => event.preventDefault()}>
          <div className="form-head">
            <h2>Row</h2>
            {examples.length > 0 && (
              <label>
                <span className="hidden">Example</span>
                <select
                  className="input"
                  value=""
                  onChange={event => load(examples[Number(event.target.value)]?.row ?? start)}
                >
                  <option value="" disabled>
                    Examples
                  </option>
                  {examples.map(({ name }, index) => (
                    <option key={name} value={index}>
                      {name}
                    </option>
                  ))}
                </select>
              </label>
            )}
            <PasteDialog take={load} />
            <button type="button" className="button" onClick={reset}>
              Reset
            </button>
          </div>
          {Object.keys(issues).length > 0 && (
            <div className="notice bad" role="alert">
              <span>The server does not take this row:</span>
              <ul>
                {Object.entries(issues).map(([field, message]) => (
                  <li key={field}>
                    <a href={`#field-${field}`}>
                      {titleOf(features.find(({ name }) => name === field) ?? { kind: 'number', name: field })}
                    </a>
                    : {message}
                  </li>
                ))}
              </ul>
            </div>
          )}
          <SchemaForm
            table={features}
            form={form}
            start={start}
            rangeOf={rangeOf}
            responses={result?.responses ?? {}}
            threshold={threshold}
            show={next => output({ ...(result ?? { task: task.kind }), output: next })}
            issues={issues}
          />
        </form>
        <div className="result" id="result">
          <ResultCards
            place={place}
            manifest={manifest}
            asked={row}
            row={row ?? current}
            result={result}
            error={error}
            isStale={isFetching && result !== undefined && result.milliseconds > 300}
            again={again}
            threshold={threshold}
            setThreshold={setThreshold}
            apply={(feature, value) => form.setValue(feature, value, { shouldDirty: true })}
          />
        </div>
      </div>
      {result !== undefined && (
        <aside className="mobile-result" aria-label="Result, short">
          <strong>{outputExact(result)}</strong>
          <Label manifest={manifest} result={result} threshold={threshold} />
          <a className="button" href="#result">
            Why<span aria-hidden="true"> ↓</span>
          </a>
        </aside>
      )}
    </>
  )
}

function thresholdFrom(text: string | null, fallback: number): number {
  const value = Number(text ?? Number.NaN)
  return text !== null && value >= 0 && value <= 1 ? value : fallback
}

/** What the server said, by field. */
function issuesOf(error: Error | null): Readonly<Record<string, string>> {
  if (!(error instanceof ApiError)) return {}
  return Object.fromEntries(
    error.issues.flatMap(({ field, message }) => (field === undefined ? [] : [[field, message]])),
  )
}
